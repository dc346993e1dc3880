import { gvkOf, type LiveObject } from '../../model/object.ts'
import { isWorkload } from './diagnosis/pod-selector.ts'
import { isMattermost, mattermostProgress } from './kinds/mattermost.ts'
import { numberIn, sectionOf } from './read.ts'

/** How long an object may be on its way, in milliseconds. */
export interface Deadline {
  readonly ms: number
  /** So much later it counts: whoever keeps the same deadline says it first. */
  readonly graceMs: number
}

const DEFAULT_MS = 10 * 60_000
const LONG_MS = 30 * 60_000
const GRACE_MS = 60_000
/** For the Deployment controller that is no deadline (spec.progressDeadlineSeconds). */
const NEVER_SECONDS = 2 ** 31 - 1

/** The deadline of an object without one of its own: most have ten minutes without progress. */
export function builtInDeadline(object: LiveObject): Deadline | undefined {
  const { group, kind } = gvkOf(object)
  const id = `${group}/${kind}`
  if (id === 'apps/Deployment') return deploymentDeadline(object)
  // The operator turns to so many at once, by default to 20: others wait for their turn.
  if (isMattermost(object) && mattermostProgress(object) === 0) return { ms: LONG_MS, graceMs: 0 }
  // How long a Job runs is for it to say: spec.activeDeadlineSeconds.
  if (id === 'batch/Job' && numberIn(sectionOf(object, 'status').ready) > 0) return undefined
  return { ms: DEFAULT_MS, graceMs: 0 }
}

/** The same as its controller's, which no longer looks at a rollout that was complete once. */
function deploymentDeadline(object: LiveObject): Deadline | undefined {
  const { paused, progressDeadlineSeconds } = sectionOf(object, 'spec')
  const seconds = numberIn(progressDeadlineSeconds, DEFAULT_MS / 1000)
  if (paused === true || seconds >= NEVER_SECONDS) return undefined
  return { ms: seconds * 1000, graceMs: GRACE_MS }
}

/** Grows whenever a workload, or a Mattermost, comes nearer to being ready; 0 for what does not count. */
export function progressOf(object: LiveObject): number {
  if (isMattermost(object)) return mattermostProgress(object)
  if (!isWorkload(object)) return 0
  const status = sectionOf(object, 'status')
  return COUNTS.reduce((sum, count) => sum + numberIn(status[count]), 0)
}

/** Of Deployment, StatefulSet, ReplicaSet, ReplicationController, DaemonSet and Job. */
const COUNTS = [
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'updatedNumberScheduled',
  'numberReady',
  'numberAvailable',
  'succeeded',
]
