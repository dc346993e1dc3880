import { isForbidden } from '../../../adapters/cluster/api-error.ts'
import type { JsonObject } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import { EVENTS, PODS } from '../../../model/well-known-resources.ts'
import { type Diagnosis, diagnosisOfPart, isSame } from './diagnosis.ts'
import { warningIn } from './event-diagnosis.ts'
import { type Inspection, listPage } from './inspection.ts'
import { muted, mutedEvent } from './muted.ts'
import { podSelectorOf } from './pod-selector.ts'
import { diagnosePods, nameOf, silentPod, tellingPods } from './pods-diagnosis.ts'

/** Maximum number of Pods inspected; if more are stuck, one of them is among these. */
const PODS_AT_MOST = 100
const EVENTS_AT_MOST = 50

/**
 * Why a workload's Pods do not run: one request for its Pods and, where their status does not tell, one for
 * the Events of the first Pod that is not ready, or of the workload itself.
 *
 * @throws ApiError, ConnectionError
 */
export async function inspectPods(workload: LiveObject, look: Inspection): Promise<Diagnosis | undefined> {
  if (podSelectorOf(workload) === undefined) return undefined
  return diagnosisOf(workload, await podsOf(workload, look), look)
}

/** Pods that a workload selects. */
export async function podsOf(workload: LiveObject, look: Inspection): Promise<readonly LiveObject[]> {
  const labelSelector = podSelectorOf(workload)
  if (labelSelector === undefined) return []
  const listed = await listPage(look, PODS, { labelSelector, limit: PODS_AT_MOST })
  return (listed as readonly LiveObject[]).map((pod) => (look.mayQuote(pod) ? pod : muted(pod)))
}

/** Why the first of these Pods does not run. */
export async function diagnosisOf(
  workload: LiveObject,
  listed: readonly LiveObject[],
  look: Inspection,
): Promise<Diagnosis | undefined> {
  const pods = tellingPods(workload, listed)
  const found = diagnosePods(pods, look.before)
  return found ?? (look.isLate ? eventTrouble(workload, pods, look) : undefined)
}

async function eventTrouble(
  workload: LiveObject,
  pods: readonly LiveObject[],
  look: Inspection,
): Promise<Diagnosis | undefined> {
  const silent = silentPod(pods)
  const { uid } = (silent ?? workload).metadata
  const fieldSelector = `involvedObject.uid=${uid},type=Warning`
  const events = await listPage(look, EVENTS, { fieldSelector, limit: EVENTS_AT_MOST }).catch(noneIfForbidden)
  const isMuted = silent !== undefined && !look.mayQuote(silent)
  const found = warningIn(isMuted ? events.map(mutedEvent) : events, silent ? 0 : look.since)
  const told = found && diagnosisOfPart(silent ? nameOf(silent) : 'Event', found)
  return told && look.before && isSame(told, look.before) ? look.before : told
}

/** Without Events, the Pods' status still explains most problems. */
function noneIfForbidden(error: unknown): readonly JsonObject[] {
  if (isForbidden(error)) return []
  throw error
}
