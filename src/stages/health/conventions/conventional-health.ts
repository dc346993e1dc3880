import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectIn,
  textIn,
} from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { numberIn, sectionOf } from '../read.ts'
import { failing, HEALTHY, progressing, suspended } from '../verdict.ts'
import { type Finding, findingIn, moreUrgent } from './conditions.ts'
import { meaningOf } from './words.ts'

/**
 * Any kind, by what most controllers have in common: a spec that stops the object, the conditions of its
 * status and of the parts in it, a failure that the status names, the word for its phase or state, and its
 * replicas. An object whose status says nothing is healthy.
 */
export function conventionalHealth(object: LiveObject): Health {
  const spec = sectionOf(object, 'spec')
  const stop = STOPS.find((field) => spec[field] === true)
  if (stop !== undefined) return suspended(stop)
  const status = sectionOf(object, 'status')
  const told = findingIn(conditionsIn(status), numberIn(object.metadata.generation))
  const found = told?.isSummary
    ? told
    : moreUrgent(moreUrgent(told, findingOfStatus(status)), lacking(spec, status))
  return healthBy(found, spec)
}

/** Fields of a spec that stop the work on an object. */
const STOPS = ['paused', 'suspend', 'suspended', 'pause', 'hibernate', 'hibernated'] as const

function healthBy(found: Finding | undefined, { replicas }: JsonObject): Health {
  if (found === undefined || found.meaning === 'healthy') return HEALTHY
  if (found.meaning === 'suspended') return suspended(found.message)
  if (replicas === 0) return suspended('scaled to zero')
  return found.meaning === 'degraded' ? failing(found.message) : progressing(found.message)
}

/** The conditions of a status, and those of the parts that APIs such as the Gateway API list in it. */
function conditionsIn(status: JsonObject): readonly JsonValue[] {
  const lists: JsonValue[] = [status.conditions ?? []]
  for (const name of PARTS) {
    const parts = status[name]
    if (isJsonArray(parts)) for (const part of parts) lists.push(objectIn(part).conditions ?? [])
  }
  return lists
}

const PARTS = ['parents', 'ancestors', 'listeners', 'bindings', 'ingress'] as const

/** A failure that the status names, or the most urgent of the words for its phase. */
function findingOfStatus(status: JsonObject): Finding | undefined {
  for (const field of FAILURES) {
    const message = failureIn(status[field])
    if (message !== '') return { meaning: 'degraded', message }
  }
  let found: Finding | undefined
  for (const field of PHASES) {
    const word = wordIn(status[field])
    const meaning = meaningOf(word)
    if (meaning !== undefined) found = moreUrgent(found, { meaning, message: withMessage(word, status) })
  }
  return found
}

const FAILURES = ['failureMessage', 'failureReason', 'errorMessage', 'error'] as const
const PHASES = ['phase', 'state', 'health', 'status', 'compliant'] as const

function failureIn(value: JsonValue | undefined): string {
  const message = textIn(isJsonObject(value) ? value.message : value)
  return NO_FAILURE.test(message) ? '' : message
}

const NO_FAILURE = /^(?:none|null|nil|ok|no error)$/i

function wordIn(value: JsonValue | undefined): string {
  if (!isJsonObject(value)) return textIn(value)
  return textIn(value.status) || textIn(value.state) || textIn(value.phase)
}

function withMessage(word: string, { message, reason }: JsonObject): string {
  const more = textIn(message) || textIn(reason)
  return more === '' ? word : `${word}: ${more}`
}

/** Fewer replicas than wanted, and `ready: false`. */
function lacking({ replicas, updateStrategy }: JsonObject, status: JsonObject): Finding | undefined {
  if (status.ready === false) return { meaning: 'progressing', message: withMessage('not ready', status) }
  if (typeof replicas !== 'number') return undefined
  for (const field of COUNTS) {
    if (field === 'updatedReplicas' && updateStrategy !== undefined) continue // it may leave some as they are
    const count = status[field]
    if (typeof count === 'number' && count < replicas)
      return { meaning: 'progressing', message: `${count} of ${replicas} ${NOUNS[field]}` }
  }
  return undefined
}

const NOUNS = {
  updatedReplicas: 'replicas updated',
  readyReplicas: 'replicas ready',
  availableReplicas: 'replicas available',
} as const
const COUNTS = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const
