import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectIn,
  textIn,
} from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'

const WITHHELD = '(withheld: it may hold an earlier secret)'
/** The kubelet's reasons whose messages quote commands or what they said. */
const QUOTING = new Set(['CreateContainerError', 'PostStartHookError', 'RunContainerError', 'StartError'])
/** The same of Events, with the answers to probes. */
const QUOTING_EVENTS = new Set([
  'Failed',
  'FailedPostStartHook',
  'FailedPreStopHook',
  'ProbeWarning',
  'Unhealthy',
])

/** Decides whether what the containers of a Pod said may be told. */
export type MayQuote = (pod: LiveObject) => boolean

/** A Pod without what its containers said. */
export function muted(pod: LiveObject): LiveObject {
  const status = objectIn(pod.status)
  const statuses = Object.entries(status).map(([field, value]) => [
    field,
    field.endsWith('ontainerStatuses') && isJsonArray(value) ? value.map(mutedContainer) : value,
  ])
  return { ...pod, status: Object.fromEntries(statuses) }
}

function mutedContainer(container: JsonValue): JsonValue {
  if (!isJsonObject(container)) return container
  const { state, lastState } = container
  return {
    ...container,
    ...(state !== undefined && { state: mutedState(objectIn(state)) }),
    ...(lastState !== undefined && { lastState: mutedState(objectIn(lastState)) }),
  }
}

function mutedState({ terminated, waiting, ...rest }: JsonObject): JsonObject {
  const isQuoting = QUOTING.has(textIn(objectIn(waiting).reason))
  return {
    ...rest,
    ...(terminated !== undefined && { terminated: withoutMessage(objectIn(terminated)) }),
    ...(waiting !== undefined && { waiting: isQuoting ? withoutMessage(objectIn(waiting)) : waiting }),
  }
}

/** An Event about a Pod without what its containers said. */
export function mutedEvent(event: JsonObject): JsonObject {
  return QUOTING_EVENTS.has(textIn(event.reason)) ? withoutMessage(event) : event
}

function withoutMessage(part: JsonObject): JsonObject {
  return textIn(part.message) === '' ? part : { ...part, message: WITHHELD }
}
