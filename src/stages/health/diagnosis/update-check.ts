import type { JsonObject } from '../../../model/json.ts'
import { objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import { imageOf, isUpdated } from '../kinds/mattermost.ts'
import { conditionOf, explain, numberIn, objectsIn, sectionOf } from '../read.ts'
import { type Diagnosis, diagnosisOfPart, isSame } from './diagnosis.ts'
import { failureOf, phaseOf } from './pod-diagnosis.ts'
import { nameOf, newestFirst } from './pods-diagnosis.ts'

/** The Job that checks a new version before the Deployment of a Mattermost gets it. */
export const UPDATE_CHECK = 'mattermost-update-check'

const REMEDY = `correct the version; to check the same version again, delete the Job ${UPDATE_CHECK}`

/** Whether a Job checks the wanted version of a Mattermost, and is not left over from an earlier one. */
export function isCheckOf(job: LiveObject, mattermost: LiveObject): boolean {
  if (isUpdated(mattermost) || !isControlledBy(job, mattermost.metadata.uid)) return false
  const { spec } = objectIn(sectionOf(job, 'spec').template)
  const containers = objectsIn(objectIn(spec).containers)
  return containers.some(({ name, image }) => name === 'mattermost' && image === imageOf(mattermost))
}

export function isControlledBy({ metadata }: LiveObject, uid: string): boolean {
  return objectsIn(metadata.ownerReferences as readonly JsonObject[] | undefined).some(
    (owner) => owner.controller === true && owner.uid === uid,
  )
}

/** Whether a Pod of the Job failed, or the Job itself did. */
export function hasFailures(job: LiveObject): boolean {
  return numberIn(sectionOf(job, 'status').failed) > 0 || endOfJob(job) !== undefined
}

/**
 * Diagnosis of a failing update check. One failure may be chance, although the operator accepts no check with
 * a failed Pod (it starts another). The previous diagnosis is kept, unless it got worse.
 *
 * @param pods Pods of the Job; evicted and preempted ones do not count
 */
export function diagnoseUpdateCheck(
  mattermost: LiveObject,
  job: LiveObject,
  pods: readonly LiveObject[],
  before: Diagnosis | undefined,
): Diagnosis | undefined {
  const end = endOfJob(job)
  const failed = pods.filter((pod) => phaseOf(pod) === 'Failed').sort(newestFirst)
  const counted = failed.filter((pod) => !isDisrupted(pod))
  const count = numberIn(sectionOf(job, 'status').failed) - (failed.length - counted.length)
  if (end === undefined && count < 1) return undefined
  const how = end !== undefined ? 'failed for good' : count > 1 ? 'keeps failing' : 'failed once'
  const key = `${partOf(mattermost)} ${how}`
  const [last] = counted
  const details = last ? `${nameOf(last)}: ${failureOf(last)}` : end
  const text = details === undefined ? key : `${key}: ${details}`
  const isFinal = end !== undefined || count > 1
  const status = isFinal ? 'degraded' : 'progressing'
  return asTold({ status, key, text, ...(isFinal && { remedy: REMEDY }) }, before)
}

/** Why a Pod of an update check does not start. */
export function withinUpdateCheck(
  mattermost: LiveObject,
  found: Diagnosis | undefined,
  before: Diagnosis | undefined,
): Diagnosis | undefined {
  return found && asTold(diagnosisOfPart(partOf(mattermost), found), before)
}

function asTold(found: Diagnosis, before: Diagnosis | undefined): Diagnosis {
  return before !== undefined && before.status === found.status && isSame(found, before) ? before : found
}

function partOf(mattermost: LiveObject): string {
  return `update check of ${imageOf(mattermost)}`
}

/** Why a Job failed for good; FailureTarget appears as soon as that is certain. */
function endOfJob(job: LiveObject): string | undefined {
  const conditions = ['Failed', 'FailureTarget'].map((type) => conditionOf(job, type))
  const failed = conditions.find((condition) => condition?.status === 'True')
  return failed && explain(failed, 'failed')
}

/** Whether a Pod failed through a disruption (KEP-3329). */
function isDisrupted(pod: LiveObject): boolean {
  return conditionOf(pod, 'DisruptionTarget')?.status === 'True'
}
