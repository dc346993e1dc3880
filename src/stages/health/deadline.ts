import { gvkOf, type LiveObject } from '../../model/object.ts'
import { phaseOf } from './diagnosis/pod-diagnosis.ts'
import { isWorkload } from './diagnosis/pod-selector.ts'
import { isMattermost, mattermostProgress } from './kinds/mattermost.ts'
import { isToEnd } from './kinds/pod.ts'
import { numberIn, sectionOf } from './read.ts'

/** Maximum time without progress, in milliseconds. */
export interface Deadline {
  readonly ms: number
  /** Delay after the deadline: a controller with the same deadline reports first. */
  readonly graceMs: number
}

const DEFAULT_MS = 10 * 60_000
const LONG_MS = 30 * 60_000
const GRACE_MS = 60_000
/** The Deployment controller takes this value as no deadline (spec.progressDeadlineSeconds). */
const NEVER_SECONDS = 2 ** 31 - 1

/** The deadline of an object without its own: ten minutes without progress for most; undefined for none. */
export function builtInDeadline(object: LiveObject): Deadline | undefined {
  const { group, kind } = gvkOf(object)
  const id = `${group}/${kind}`
  if (id === 'apps/Deployment') return deploymentDeadline(object)
  // The operator works on a limited number at once, by default 20; others wait for their turn.
  if (isMattermost(object) && mattermostProgress(object) === 0) return { ms: LONG_MS, graceMs: 0 }
  // What runs to its end limits its own duration: spec.activeDeadlineSeconds.
  if (id === 'batch/Job' && numberIn(sectionOf(object, 'status').ready) > 0) return undefined
  if (id === '/Pod' && isToEnd(object) && phaseOf(object) === 'Running') return undefined
  return { ms: DEFAULT_MS, graceMs: 0 }
}

/** The controller's own deadline, which it no longer checks once a rollout was complete. */
function deploymentDeadline(object: LiveObject): Deadline | undefined {
  const { progressDeadlineSeconds } = sectionOf(object, 'spec')
  const seconds = numberIn(progressDeadlineSeconds, DEFAULT_MS / 1000)
  if (seconds >= NEVER_SECONDS) return undefined
  return { ms: seconds * 1000, graceMs: GRACE_MS }
}

/** Grows whenever a workload, or a Mattermost, comes closer to being ready; 0 for other kinds. */
export function progressOf(object: LiveObject): number {
  if (isMattermost(object)) return mattermostProgress(object)
  if (!isWorkload(object)) return 0
  const status = sectionOf(object, 'status')
  return COUNTS.reduce((sum, count) => sum + numberIn(status[count]), 0)
}

/** Status fields of Deployment, StatefulSet, ReplicaSet, ReplicationController, DaemonSet and Job. */
const COUNTS = [
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'updatedNumberScheduled',
  'numberReady',
  'numberAvailable',
  'succeeded',
]
