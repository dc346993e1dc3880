import { type JsonObject, type JsonValue, objectIn, textIn } from '../../../model/json.ts'
import { explain, numberIn } from '../read.ts'
import { namesFailure } from './reasons.ts'
import type { Role } from './roles.ts'
import type { Vocabulary } from './vocabulary.ts'
import type { Meaning } from './words.ts'

/** What an object's status says of it, with the words that decide. */
export interface Finding {
  readonly meaning: Meaning
  /** Found out for the one that decides alone. */
  readonly message: () => string
  /** It is about the whole object: nothing else needs to agree. */
  readonly isSummary?: boolean
}

/**
 * What conditions say, by the conventions of their types and reasons; undefined where none says anything.
 * The most urgent wins: stopped on purpose, failed, under way.
 *
 * @param generation of the object: a condition may be of an older one
 */
export function findingIn(
  conditions: readonly JsonValue[],
  generation: number,
  vocabulary: Vocabulary,
): Finding | undefined {
  let whole: Finding | undefined
  let part: Finding | undefined
  for (const one of conditions) {
    const condition = objectIn(one)
    const role = vocabulary.roleOf(textIn(condition.type))
    if (role === undefined) continue
    const finding = findingOf(condition, role, generation, vocabulary)
    if (role === 'part' || (role === 'end' && condition.status !== 'True')) part = moreUrgent(part, finding)
    else whole = moreUrgent(whole, finding)
  }
  return whole?.isSummary ? whole : moreUrgent(whole, part)
}

/** The first of these, unless the other is more urgent. */
export function moreUrgent(one: Finding | undefined, other: Finding | undefined): Finding | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return urgencyOf(other) > urgencyOf(one) ? other : one
}

function urgencyOf({ meaning, isSummary = false }: Finding): number {
  return URGENCY[meaning] + (isSummary ? 1 : 0)
}

const URGENCY: Readonly<Record<Meaning, number>> = { healthy: 0, progressing: 2, degraded: 3, suspended: 4 }

function findingOf(
  condition: JsonObject,
  role: Role,
  generation: number,
  vocabulary: Vocabulary,
): Finding | undefined {
  const observed = numberIn(condition.observedGeneration, generation)
  if (observed < generation) return outdated(condition, role, observed, generation)
  const meaning = meaningOf(condition, role, vocabulary)
  if (meaning === undefined) return undefined
  if (meaning === 'healthy') return role === 'summary' || role === 'end' ? ALL_WELL : WELL
  return { meaning, message: () => messageOf(condition) }
}

const WELL: Finding = { meaning: 'healthy', message: () => '' }
const ALL_WELL: Finding = { ...WELL, isSummary: true }

/** What an older generation lacked, or failed in, is not known of this one yet. */
function outdated(
  condition: JsonObject,
  role: Role,
  observed: number,
  generation: number,
): Finding | undefined {
  const isDecisive =
    role === 'summary' || role === 'claim' || (role !== 'part' && condition.status === 'True')
  if (!isDecisive) return undefined
  return { meaning: 'progressing', message: () => `generation ${observed} of ${generation} observed` }
}

function meaningOf(condition: JsonObject, role: Role, vocabulary: Vocabulary): Meaning | undefined {
  const isTrue = condition.status === 'True'
  if (role === 'fault') return isTrue ? meaningOfFault(condition, vocabulary) : undefined
  if (role === 'stop') return isTrue ? 'suspended' : undefined
  if (role === 'transit') return meaningOfTransit(condition, vocabulary)
  return isTrue ? 'healthy' : meaningOfLack(condition, role, vocabulary)
}

function meaningOfFault({ type, reason }: JsonObject, { causeOf }: Vocabulary): Meaning {
  return type === 'NotReady' && causeOf(textIn(reason)) === 'pending' ? 'progressing' : 'degraded'
}

/** A rollout that is over remains `Progressing`, with a reason that says so. */
function meaningOfTransit({ status, reason }: JsonObject, { causeOf }: Vocabulary): Meaning | undefined {
  const why = textIn(reason)
  if (status === 'True') return OVER.test(why) ? undefined : 'progressing'
  return status === 'False' && causeOf(why) === 'failed' ? 'degraded' : undefined
}

const OVER = /Available|Complete|Succe|(?<!Not)Ready$|AsExpected|Finished|UpToDate/

function meaningOfLack(
  { status, reason, message }: JsonObject,
  role: Role,
  { causeOf }: Vocabulary,
): Meaning {
  const why = textIn(reason)
  const cause = causeOf(why)
  if (cause === 'stopped') return 'suspended'
  if (status !== 'False') return 'progressing'
  if (cause === 'failed') return 'degraded'
  if (cause === 'pending') return 'progressing'
  if (role === 'claim') return 'degraded'
  return why === '' && namesFailure(textIn(message)) ? 'degraded' : 'progressing'
}

function messageOf({ type, status, reason, message }: JsonObject): string {
  const told = explain({ reason: textIn(reason), message: textIn(message) }, '')
  if (told !== '') return told
  const spelled = textIn(type)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()
  return status === 'True' ? spelled : `not ${spelled}`
}
