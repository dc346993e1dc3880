import { hash } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts'
import type { LiveObject } from '../model/object.ts'
import { rfc3339 } from '../model/rfc3339.ts'

/** How the containers of a failing Pod end (ContainerStateTerminated). */
export interface PodFailure {
  /** By default 1. */
  readonly exitCode?: number
  /** From the terminationMessagePath, or the last log lines if the policy says so. */
  readonly message?: string
}

/** Whether no kubelet has reported on the Pod yet. */
export function isNew(pod: LiveObject): boolean {
  const { phase = 'Pending', containerStatuses } = statusOf(pod)
  return phase === 'Pending' && containerStatuses === undefined
}

export function isRunning(pod: LiveObject): boolean {
  return statusOf(pod).phase === 'Running'
}

/** The status of a Pod whose containers run and are ready. */
export function running(pod: LiveObject): JsonObject {
  const now = rfc3339(Date.now())
  const state = { running: { startedAt: now } }
  const container = { ready: true, started: true, restartCount: 0, state }
  return {
    phase: 'Running',
    startTime: now,
    ...addressOf(pod),
    conditions: conditions(now, true),
    containerStatuses: containerStatuses(pod, container),
  }
}

/** An address that no other Pod is likely to have. */
function addressOf({ metadata: { uid } }: LiveObject): JsonObject {
  const [a = 0, b = 0, c = 0] = hash('sha256', uid, 'buffer')
  const podIP = `10.${a}.${b}.${c}`
  return { podIP, podIPs: [{ ip: podIP }] }
}

/** The status of a Pod that ran to its end and is not restarted. */
export function ended(pod: LiveObject, failure?: PodFailure, message?: string): JsonObject {
  const now = rfc3339(Date.now())
  const { startTime = now } = statusOf(pod)
  const state = terminated(startTime, now, failure, message)
  const container = { ready: false, started: false, restartCount: 0, state }
  return {
    phase: failure ? 'Failed' : 'Succeeded',
    startTime,
    conditions: conditions(now, false, failure ? 'PodFailed' : 'PodCompleted'),
    containerStatuses: containerStatuses(pod, container),
  }
}

/** The status of a Pod whose containers are restarted and keep failing. */
export function crashLooping(pod: LiveObject, failure: PodFailure): JsonObject {
  const now = rfc3339(Date.now())
  const message = `back-off 10s restarting failed container of pod ${pod.metadata.name}`
  const container = {
    ready: false,
    started: false,
    restartCount: 1,
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: terminated(now, now, failure),
  }
  return {
    phase: 'Running',
    startTime: now,
    conditions: conditions(now, false, 'ContainersNotReady'),
    containerStatuses: containerStatuses(pod, container),
  }
}

function conditions(since: string, ready: boolean, reason?: string): readonly JsonObject[] {
  const always = ['PodScheduled', 'Initialized'].map((type) => ({ type, status: 'True' }))
  const changing = ['ContainersReady', 'Ready'].map((type) =>
    ready ? { type, status: 'True' } : { type, status: 'False', reason: reason ?? '' },
  )
  return [...always, ...changing].map((condition) => ({ ...condition, lastTransitionTime: since }))
}

function terminated(
  startedAt: JsonValue,
  finishedAt: string,
  failure?: PodFailure,
  words?: string,
): JsonObject {
  const { exitCode, message = words } = { exitCode: failure ? 1 : 0, ...failure }
  const reason = failure ? 'Error' : 'Completed'
  return {
    terminated: { exitCode, reason, ...(message !== undefined && { message }), startedAt, finishedAt },
  }
}

function containerStatuses(pod: LiveObject, common: JsonObject): readonly JsonObject[] {
  return containersOf(pod).map(({ name = '', image = '' }) => ({ name, image, imageID: '', ...common }))
}

function containersOf(pod: LiveObject): readonly JsonObject[] {
  const containers = isJsonObject(pod.spec) ? pod.spec.containers : undefined
  return Array.isArray(containers) ? containers.filter(isJsonObject) : []
}

function statusOf(pod: LiveObject): JsonObject {
  return isJsonObject(pod.status) ? pod.status : {}
}
