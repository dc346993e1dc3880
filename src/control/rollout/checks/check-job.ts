import { createHash } from 'node:crypto'
import { writeJson } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { JobQuestion } from '../../../model/rollout-check.ts'
import { boundedJob, jobName } from '../../jobs/job-template.ts'
import type { GroupToCheck } from './group-to-check.ts'

/** Label of Jobs of checks: the name of the Repository. They have none of an installation. */
export const CHECK_LABEL = 'reeve.dev/check-of'
/** Annotation of such a Job: the service account that made it, `namespace/name`. */
export const ACCOUNT_ANNOTATION = 'reeve.dev/check-account'

export interface CheckJob {
  readonly group: Pick<GroupToCheck, 'name' | 'commit' | 'digest'>
  /** Name of the check. */
  readonly check: string
  readonly question: JobQuestion
  /** Name of the Repository. */
  readonly repository: string
  /** `namespace/name` */
  readonly account?: string | undefined
}

/** The Job of a check. Its name depends on what is checked: another revision or another spec has another Job. */
export function checkJob({ group, check, question, repository, account }: CheckJob): KubernetesObject {
  const { namespace, spec } = question
  const digest = createHash('sha256')
    .update(writeJson([repository, group.name, check, group.digest, namespace, spec]))
    .digest('hex')
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(`${group.name}-${check}`, digest),
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'reeve', [CHECK_LABEL]: repository },
      annotations: {
        'reeve.dev/check': `${group.name}/${check}`,
        'reeve.dev/check-commit': group.commit,
        ...(account !== undefined && { [ACCOUNT_ANNOTATION]: account }),
      },
    },
    spec: boundedJob(spec),
  }
}
