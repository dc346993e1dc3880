import type { LiveObject } from '../../../model/object.ts'
import { DEPLOYMENTS, JOBS } from '../../../model/well-known-resources.ts'
import type { Diagnosis } from './diagnosis.ts'
import { diagnosisOf, inspectPods, podsOf } from './inspect-pods.ts'
import { getOne, type Inspection } from './inspection.ts'
import { phaseOf } from './pod-diagnosis.ts'
import {
  diagnoseUpdateCheck,
  hasFailures,
  isCheckOf,
  isControlledBy,
  UPDATE_CHECK,
  withinUpdateCheck,
} from './update-check.ts'

/**
 * Why a Mattermost is not stable, where its operator does not say: the Job that checks an update or, after
 * the usual time, the Pods of its Deployment. Costs one request while a check goes well.
 *
 * @throws ApiError, ConnectionError
 */
export async function inspectMattermost(
  mattermost: LiveObject,
  look: Inspection,
): Promise<Diagnosis | undefined> {
  const job = await getOne(look, JOBS, UPDATE_CHECK)
  if (job !== undefined && isCheckOf(job, mattermost)) return lookAtCheck(mattermost, job, look)
  if (!look.isLate) return undefined
  const deployment = await getOne(look, DEPLOYMENTS, mattermost.metadata.name)
  return deployment && inspectPods(deployment, look)
}

async function lookAtCheck(
  mattermost: LiveObject,
  job: LiveObject,
  look: Inspection,
): Promise<Diagnosis | undefined> {
  if (!look.isLate && !hasFailures(job)) return undefined
  const pods = (await podsOf(job, look)).filter((pod) => isControlledBy(pod, job.metadata.uid))
  const { before } = look
  const failing = diagnoseUpdateCheck(mattermost, job, pods, before)
  if (failing?.status === 'degraded') return failing
  const going = pods.filter((pod) => phaseOf(pod) !== 'Failed')
  const stuck = withinUpdateCheck(
    mattermost,
    await diagnosisOf(job, going, { ...look, before: undefined }),
    before,
  )
  return stuck?.status === 'degraded' ? stuck : (failing ?? stuck)
}
