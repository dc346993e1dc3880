import { isJsonArray, type JsonObject, type JsonValue, objectIn, textIn } from '../../../model/json.ts'
import { explain, numberIn } from '../read.ts'
import { causeOf, namesFailure } from './reasons.ts'
import type { Meaning } from './words.ts'

/** What an object's status says of it, with the words that decide. */
export interface Finding {
  readonly meaning: Meaning
  readonly message: string
  /** It is about the whole object: nothing else needs to agree. */
  readonly isSummary?: boolean
}

/**
 * What the type of a condition says of an object by convention.
 * - `summary`: whether the object does its work, all in all
 * - `end`: True as a summary, False as a part
 * - `claim`: False means that something is wrong, even where a summary is True
 * - `part`: counts where no summary is True
 * - `transit`: True while the controller works on it
 * - `fault`: True is a failure
 * - `stop`: True says that it was stopped on purpose
 */
type Role = 'summary' | 'end' | 'claim' | 'part' | 'transit' | 'fault' | 'stop'

/**
 * What conditions say, by the conventions of their types and reasons; undefined where none says anything.
 * The most urgent wins: stopped on purpose, failed, under way.
 *
 * @param lists lists of conditions
 * @param generation of the object: a condition may be of an older one
 */
export function findingIn(lists: readonly JsonValue[], generation: number): Finding | undefined {
  let whole: Finding | undefined
  let part: Finding | undefined
  for (const condition of lists.flatMap((list) => (isJsonArray(list) ? list : []))) {
    const { type, status } = objectIn(condition)
    const role = roleOf(textIn(type))
    if (role === undefined) continue
    const finding = findingOf(objectIn(condition), role, generation)
    if (role === 'part' || (role === 'end' && status !== 'True')) part = moreUrgent(part, finding)
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

/** Role of a condition's type; undefined for one that says nothing about health. */
function roleOf(type: string): Role | undefined {
  const known = ROLES.get(type)
  if (known !== undefined) return known
  if (PREFIX.test(type)) return roleOf(type.replace(PREFIX, ''))
  if (FAULT.test(type)) return 'fault'
  if (TRANSIT.test(type)) return 'transit'
  return PART.test(type) ? 'part' : undefined
}

/** `ACK.` and `example.dev/`. */
const PREFIX = /^.*[./]/
const TRANSIT = /InProgress$|^Rolling/
const FAULT =
  /^(?:Failed|Error|Conflict)[A-Z]|(?:Fail(?:ed|ures?|ing)|Errors?|Unhealthy|NotReady|Degraded|Stalled|Invalid|Misconfigured|Conflict(?:ed)?|Unreachable|Unavailable|Rejected|Exceeded)$/
const PART = /^(?!No[A-Z]).*(?:Ready|Available|Healthy|Valid|Succeeded|Sync(?:ed|hronized)|Reconciled)$/

const TYPES: Readonly<Record<Role, readonly string[]>> = {
  summary: ['Ready', 'Available'],
  end: ['Complete', 'Completed', 'Done', 'Finished', 'Succeeded'],
  claim: [
    'Accepted',
    'Healthy',
    'LastAsyncOperation',
    'Programmed',
    'ReconcileSuccess',
    'ReferencesResolved',
    'ResolvedRefs',
    'Synced',
    'Valid',
    'WellFormed',
  ],
  part: [
    'Applied',
    'Configured',
    'Connected',
    'Created',
    'Deployed',
    'Established',
    'Initialized',
    'Installed',
    'Provisioned',
    'Registered',
    'Running',
  ],
  transit: [
    'Creating',
    'Deploying',
    'Initializing',
    'Installing',
    'Migrating',
    'Pending',
    'Progressing',
    'Provisioning',
    'Reconciling',
    'Remediating',
    'Restarting',
    'Scaling',
    'ScalingDown',
    'ScalingUp',
    'Updating',
    'Upgrading',
  ],
  fault: ['Crashed', 'Recoverable', 'Stuck', 'Terminal'],
  stop: ['Hibernated', 'Hibernating', 'Paused', 'ReconciliationPaused', 'Stopped', 'Suspended'],
}

const ROLES: ReadonlyMap<string, Role> = new Map(
  (Object.keys(TYPES) as Role[]).flatMap((role) => TYPES[role].map((type) => [type, role] as const)),
)

function findingOf(condition: JsonObject, role: Role, generation: number): Finding | undefined {
  const observed = numberIn(condition.observedGeneration, generation)
  if (observed < generation) return outdated(condition, role, observed, generation)
  const meaning = meaningOf(condition, role)
  if (meaning === undefined) return undefined
  if (meaning === 'healthy') return role === 'summary' || role === 'end' ? ALL_WELL : WELL
  return { meaning, message: messageOf(condition) }
}

const WELL: Finding = { meaning: 'healthy', message: '' }
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
  return { meaning: 'progressing', message: `generation ${observed} of ${generation} observed` }
}

function meaningOf(condition: JsonObject, role: Role): Meaning | undefined {
  const isTrue = condition.status === 'True'
  if (role === 'fault') return isTrue ? meaningOfFault(condition) : undefined
  if (role === 'stop') return isTrue ? 'suspended' : undefined
  if (role === 'transit') return meaningOfTransit(condition)
  return isTrue ? 'healthy' : meaningOfLack(condition, role)
}

function meaningOfFault({ type, reason }: JsonObject): Meaning {
  return type === 'NotReady' && causeOf(textIn(reason)) === 'pending' ? 'progressing' : 'degraded'
}

/** A rollout that is over remains `Progressing`, with a reason that says so. */
function meaningOfTransit({ status, reason }: JsonObject): Meaning | undefined {
  const why = textIn(reason)
  if (status === 'True') return OVER.test(why) ? undefined : 'progressing'
  return status === 'False' && causeOf(why) === 'failed' ? 'degraded' : undefined
}

const OVER = /Available|Complete|Succe|(?<!Not)Ready$|AsExpected|Finished|UpToDate/

function meaningOfLack({ status, reason, message }: JsonObject, role: Role): Meaning {
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
  const spelled = textIn(type)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()
  const otherwise = status === 'True' ? spelled : `not ${spelled}`
  return explain({ reason: textIn(reason), message: textIn(message) }, otherwise)
}
