import { createHash } from 'node:crypto'
import { isJsonArray, type JsonObject, type JsonValue, objectIn, writeJson } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { JobQuestion } from '../../../model/rollout-check.ts'
import type { GroupToCheck } from './group-to-check.ts'

/** Label of Jobs of checks: the name of the Repository. They have none of an installation. */
export const CHECK_LABEL = 'reeve.dev/check-of'
/** Annotation of such a Job: the service account that made it, `namespace/name`. */
export const ACCOUNT_ANNOTATION = 'reeve.dev/check-account'

/** Maximum time of a Job that sets none, in seconds. */
const DEADLINE_SECONDS = 3_600
/** Maximum length of the readable part of a name; with its digest it is a label (RFC 1123). */
const LONGEST_NAME = 45

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
  const words = `${group.name}-${check}`.replaceAll('.', '-').slice(0, LONGEST_NAME).replace(/-+$/, '')
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${words}-${digest.slice(0, 16)}`,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'reeve', [CHECK_LABEL]: repository },
      annotations: {
        'reeve.dev/check': `${group.name}/${check}`,
        'reeve.dev/check-commit': group.commit,
        ...(account !== undefined && { [ACCOUNT_ANNOTATION]: account }),
      },
    },
    spec: { activeDeadlineSeconds: DEADLINE_SECONDS, ...spec, template: withLastWords(spec.template) },
  }
}

/** The kubelet notes the end of a failed container's output, where the container does not say what it is to note. */
function withLastWords(template: JsonValue | undefined): JsonObject {
  const { spec, ...rest } = objectIn(template)
  const { containers, ...others } = objectIn(spec)
  const telling = isJsonArray(containers)
    ? containers.map((container) => ({
        terminationMessagePolicy: 'FallbackToLogsOnError',
        ...objectIn(container),
      }))
    : (containers ?? [])
  return { ...rest, spec: { ...others, containers: telling } }
}
