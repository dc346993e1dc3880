import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectIn,
  textIn,
} from '../../../model/json.ts'
import type { Health } from '../../../model/status.ts'
import { explain, numberIn, sectionOf } from '../read.ts'
import { failing, HEALTHY, type Judge, progressing, suspended } from '../verdict.ts'
import { type Finding, findingIn, moreUrgent } from './conditions.ts'
import { Vocabulary } from './vocabulary.ts'

/**
 * Judges any kind by what most controllers have in common: a spec that stops the object, the conditions of its
 * status and of the parts in it, a failure that the status names, the words for its phase or state, and its
 * replicas. An object whose status says nothing is healthy.
 */
export function conventionalJudge(vocabulary = new Vocabulary()): Judge {
  return (object) => {
    const spec = sectionOf(object, 'spec')
    if (isStopped(spec)) return suspended(STOPS.find((field) => spec[field] === true) ?? '')
    const status = sectionOf(object, 'status')
    const told = findingIn(conditionsIn(status), numberIn(object.metadata.generation), vocabulary)
    if (told?.isSummary) return HEALTHY
    const more = moreUrgent(findingOfStatus(status, vocabulary), lacking(spec, status))
    return healthBy(moreUrgent(told, more), spec)
  }
}

/** Fields of a spec that stop the work on an object. */
const STOPS = ['paused', 'suspend', 'suspended', 'pause', 'hibernate', 'hibernated'] as const

// Here and below, fields are read by name: a loop over names takes several times as long for the many objects that have
// none of them.
function isStopped({ paused, suspend, suspended: is, pause, hibernate, hibernated }: JsonObject): boolean {
  return (
    paused === true ||
    suspend === true ||
    is === true ||
    pause === true ||
    hibernate === true ||
    hibernated === true
  )
}

function healthBy(found: Finding | undefined, { replicas }: JsonObject): Health {
  if (found === undefined || found.meaning === 'healthy') return HEALTHY
  if (found.meaning === 'suspended') return suspended(found.message())
  if (replicas === 0) return suspended('scaled to zero')
  return found.meaning === 'degraded' ? failing(found.message()) : progressing(found.message())
}

/** The conditions of a status, and those of the parts that APIs such as the Gateway API list in it. */
function conditionsIn(status: JsonObject): readonly JsonValue[] {
  const { conditions, parents, ancestors, listeners, bindings, ingress } = status
  const own = isJsonArray(conditions) ? conditions : NONE
  if ((parents ?? ancestors ?? listeners ?? bindings ?? ingress) === undefined) return own
  const parts = PARTS.flatMap((name) => (isJsonArray(status[name]) ? status[name] : NONE))
  if (parts.length === 0) return own
  return [...own, ...parts.flatMap((part) => objectIn(part).conditions ?? NONE)]
}

const NONE: readonly JsonValue[] = []
const PARTS = ['parents', 'ancestors', 'listeners', 'bindings', 'ingress'] as const

/** A failure that the status names, or the most urgent of the words for its phase. */
function findingOfStatus(status: JsonObject, { meaningOf }: Vocabulary): Finding | undefined {
  if (saysNothing(status)) return undefined
  for (const field of FAILURES) {
    const message = failureIn(status[field])
    if (message !== '') return { meaning: 'degraded', message: () => message }
  }
  let found: Finding | undefined
  for (const field of PHASES) {
    const word = wordIn(status[field])
    const meaning = meaningOf(word)
    if (meaning !== undefined)
      found = moreUrgent(found, { meaning, message: () => withMessage(word, status) })
  }
  return found
}

function saysNothing(said: JsonObject): boolean {
  const { failureMessage, failureReason, errorMessage, error } = said
  const { phase, state, health, status, compliant } = said
  const failure = failureMessage ?? failureReason ?? errorMessage ?? error
  return (failure ?? phase ?? state ?? health ?? status ?? compliant) === undefined
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
  return explain({ reason: word, message: textIn(message) || textIn(reason) }, word)
}

/** Fewer replicas than wanted, and `ready: false`. */
function lacking({ replicas, updateStrategy }: JsonObject, status: JsonObject): Finding | undefined {
  if (status.ready === false)
    return { meaning: 'progressing', message: () => withMessage('not ready', status) }
  if (typeof replicas !== 'number') return undefined
  for (const field of COUNTS) {
    if (field === 'updatedReplicas' && updateStrategy !== undefined) continue // it may leave some as they are
    const count = status[field]
    if (typeof count === 'number' && count < replicas)
      return { meaning: 'progressing', message: () => `${count} of ${replicas} ${NOUNS[field]}` }
  }
  return undefined
}

const NOUNS = {
  updatedReplicas: 'replicas updated',
  readyReplicas: 'replicas ready',
  availableReplicas: 'replicas available',
} as const
const COUNTS = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const
