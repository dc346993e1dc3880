import type { PendingDeletion } from '../../model/deletion.ts'
import type { Inherits } from '../../model/inherits.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import type { ReleaseRevision } from '../../model/release.ts'
import { readRevision } from '../../model/revision.ts'
import {
  type Change,
  INSTALLATION_STATES,
  type InstallationState,
  type InstallationStatus,
  type JobRun,
  type OverriddenSetting,
  type Problem,
  type SelectedCopy,
} from '../../model/status.ts'
import { readHooks, readOperations } from './read-hooks.ts'
import { readOwnYaml } from './read-own-yaml.ts'

const ACTIONS: ReadonlySet<string> = new Set<Change['action']>([
  'created',
  'patched',
  'replaced',
  'deleted',
  'moved',
  'applied',
])
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Reads a record that an earlier Reeve wrote, so that a restart continues where it stopped. Undefined for any
 * other text: others may write to the branch. A commit must be a full id, so that no branch or tag is taken
 * for one.
 */
export function readRecord(text: string): InstallationStatus | undefined {
  const record = readOwnYaml(text)
  if (!isJsonObject(record) || !isJsonObject(record.metadata)) return undefined
  const { state, commit, source } = record
  const { name } = record.metadata
  if (typeof name !== 'string' || !name.isWellFormed()) return undefined
  if (!isObjectId(commit) || typeof source !== 'string') return undefined
  if (!isState(state)) return undefined
  return {
    name,
    state,
    commit,
    source,
    ...readRevisions(record),
    ...(record.heldSecrets === true && { heldSecrets: true as const }),
    ...readTexts(record, ['version', 'group']),
    ...readParts(record),
    objects: readCounts(record.objects),
    changes: readList(record.changes, readChange),
    ...(readCount(record.moreChanges) > 0 && { moreChanges: readCount(record.moreChanges) }),
    problems: readList(record.problems, readProblem),
    ...(isJsonArray(record.notices) && { notices: readList(record.notices, readProblem) }),
    ...(isJsonArray(record.overridden) && { overridden: readList(record.overridden, readOverridden) }),
    ...(isJsonArray(record.jobs) && { jobs: readList(record.jobs, readJob) }),
  }
}

function readParts(record: JsonObject): Partial<InstallationStatus> {
  const release = readRelease(record.release)
  const deletion = readDeletion(record.deletion)
  const copy = readCopy(record.copy)
  const hooks = readHooks(record.hooks)
  const operations = readOperations(record.operations)
  return {
    ...(deletion && { deletion }),
    ...(release && { release }),
    ...(copy && { copy }),
    ...(hooks && { hooks }),
    ...(operations && { operations }),
  }
}

function isObjectId(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && OBJECT_ID.test(value)
}

function isState(state: unknown): state is InstallationState {
  return INSTALLATION_STATES.some((known) => known === state)
}

/** The fields that are texts. */
function readTexts<K extends string>(record: JsonObject, fields: readonly K[]): Partial<Record<K, string>> {
  const texts = fields.filter((field) => typeof record[field] === 'string')
  return Object.fromEntries(texts.map((field) => [field, record[field]])) as Partial<Record<K, string>>
}

function readRevisions(record: JsonObject): Pick<InstallationStatus, 'applied' | 'inherits' | 'done'> {
  const [applied, done] = [readRevision(record.applied), readRevision(record.done)]
  const inherits = readInherits(record.inherits)
  return { ...(applied && { applied }), ...(inherits && { inherits }), ...(done && { done }) }
}

function readInherits(value: JsonValue | undefined): Inherits | undefined {
  const { group, innermost, commit, digest, own, asleep, seal } = objectIn(value)
  if (!isObjectId(commit)) return undefined
  if (![group, innermost, digest, own].every((each) => typeof each === 'string')) return undefined
  const texts = { group, innermost, digest, own } as Record<string, string>
  const more = { ...(asleep === true && { asleep: true }), ...(typeof seal === 'string' && { seal }) }
  return { commit, ...texts, ...more } as Inherits
}

function readDeletion(value: JsonValue | undefined): PendingDeletion | undefined {
  const { since, until, declaredAt, revision, isAllowed, isGoing, seal } = objectIn(value)
  const at = readRevision(revision)
  if (at === undefined || !isTime(since) || !isTime(until) || !isObjectId(declaredAt)) return undefined
  return {
    since,
    until,
    declaredAt,
    revision: at,
    ...(isAllowed === true && { isAllowed }),
    ...(isGoing === true && { isGoing }),
    ...(typeof seal === 'string' && { seal }),
  }
}

function isTime(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}

function readRelease(value: JsonValue | undefined): ReleaseRevision | undefined {
  const { digest, revision } = objectIn(value)
  if (typeof digest !== 'string' || typeof revision !== 'number') return undefined
  return Number.isSafeInteger(revision) && revision > 0 ? { digest, revision } : undefined
}

function readCopy(value: JsonValue | undefined): SelectedCopy | undefined {
  const { name, since, before } = objectIn(value)
  if (typeof name !== 'string' || typeof since !== 'string' || Number.isNaN(Date.parse(since)))
    return undefined
  return { name, since, ...(typeof before === 'string' && { before }) }
}

function readCounts(value: JsonValue | undefined): InstallationStatus['objects'] {
  const counts = objectIn(value)
  const suspended = readCount(counts.suspended)
  const held = readCount(counts.held)
  return {
    declared: readCount(counts.declared),
    healthy: readCount(counts.healthy),
    ...(suspended > 0 && { suspended }),
    ...(held > 0 && { held }),
  }
}

function readCount(value: JsonValue | undefined): number {
  return Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0
}

function readList<T>(value: JsonValue | undefined, read: (item: JsonObject) => T | undefined): T[] {
  if (!isJsonArray(value)) return []
  return value.filter(isJsonObject).flatMap((item) => read(item) ?? [])
}

function readChange(change: JsonObject): Change | undefined {
  const { object, action, reason, fields, from, commit, times } = change
  if (typeof object !== 'string' || !isAction(action)) return undefined
  return {
    object,
    action,
    reason: reason === 'drift' || reason === 'recovered' ? reason : 'commit',
    ...(isJsonArray(fields) && { fields: fields.filter((field) => typeof field === 'string') }),
    ...(typeof from === 'string' && { from }),
    ...(isObjectId(commit) && { commit }),
    ...(readCount(times) > 1 && { times: readCount(times) }),
  }
}

function isAction(action: JsonValue | undefined): action is Change['action'] {
  return typeof action === 'string' && ACTIONS.has(action)
}

function readJob({ object, digest, failed }: JsonObject): JobRun | undefined {
  if (typeof object !== 'string' || typeof digest !== 'string') return undefined
  return { object, digest, ...(typeof failed === 'string' && { failed }) }
}

function readOverridden({ path, file, line, by }: JsonObject): OverriddenSetting | undefined {
  if (typeof path !== 'string' || typeof file !== 'string' || typeof by !== 'string') return undefined
  return { path, file, line: readCount(line), by }
}

function readProblem({ code, message, remedy, object, since, file, line }: JsonObject): Problem | undefined {
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  return {
    code,
    message,
    ...(typeof remedy === 'string' && { remedy }),
    ...(typeof object === 'string' && { object }),
    ...(typeof since === 'string' && { since }),
    ...(typeof file === 'string' && { file }),
    ...(typeof line === 'number' && { line }),
  }
}
