import type { LiveObject } from '../../../model/object.ts'
import type { Resource } from '../../../model/schema.ts'
import { getOne, type Look } from './look.ts'
import { lookAtPods, podsOf, troubleOf } from './look-at-pods.ts'
import { phaseOf } from './pod-trouble.ts'
import type { Trouble } from './trouble.ts'
import {
  hasFailures,
  isCheckOf,
  isControlledBy,
  UPDATE_CHECK,
  updateCheckTrouble,
  withinUpdateCheck,
} from './update-check.ts'

const JOBS: Resource = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  namespaced: true,
  verbs: ['get'],
}
const DEPLOYMENTS: Resource = { ...JOBS, group: 'apps', kind: 'Deployment', plural: 'deployments' }

/**
 * What keeps a Mattermost from being stable, of which its operator says nothing: the Job that checks an
 * update or, after the usual time, the Pods of its Deployment. One request while a check goes well.
 *
 * @throws ApiError, ConnectionError
 */
export async function lookAtMattermost(mattermost: LiveObject, look: Look): Promise<Trouble | undefined> {
  const job = await getOne(look, JOBS, UPDATE_CHECK)
  if (job !== undefined && isCheckOf(job, mattermost)) return lookAtCheck(mattermost, job, look)
  if (!look.isLate) return undefined
  const deployment = await getOne(look, DEPLOYMENTS, mattermost.metadata.name)
  return deployment && lookAtPods(deployment, look)
}

async function lookAtCheck(
  mattermost: LiveObject,
  job: LiveObject,
  look: Look,
): Promise<Trouble | undefined> {
  if (!look.isLate && !hasFailures(job)) return undefined
  const pods = (await podsOf(job, look)).filter((pod) => isControlledBy(pod, job.metadata.uid))
  const { before } = look
  const failing = updateCheckTrouble(mattermost, job, pods, before)
  if (failing?.status === 'degraded') return failing
  const going = pods.filter((pod) => phaseOf(pod) !== 'Failed')
  const stuck = withinUpdateCheck(
    mattermost,
    await troubleOf(job, going, { ...look, before: undefined }),
    before,
  )
  return stuck?.status === 'degraded' ? stuck : (failing ?? stuck)
}
