import { firstOf } from '../../model/first-of.ts'
import { inertLine } from '../../model/inert-text.ts'
import { printable } from '../../model/printable.ts'
import { INSTALLATION_STATES, type InstallationState } from '../../model/status.ts'
import type { ChangedRecord, RemovedRecord } from './changed-records.ts'
import { changeLines, goneLine, problemLines } from './message-lines.ts'

/** Maximum number of names in a list. */
const NAMED = 3

/** Maximum number of lines in the body. */
const BODY_LINES = 60
/** States that need a person; the subject names the installations in them. */
const BAD: ReadonlySet<InstallationState> = new Set(['failed', 'invalid', 'degraded'])
const NAMED_WITHOUT_FAILURE = 3

export interface Transitions {
  readonly cluster: string
  /** Full id of the fleet's commit; empty where none was applied yet. */
  readonly commit: string
  /** Sorted by name. */
  readonly changed: readonly ChangedRecord[]
  readonly gone: readonly RemovedRecord[]
  /** What else happened, one line each. */
  readonly notes?: readonly string[]
}

/** The message of a status commit: subject, what happened with failures first, and trailers for programs. */
export function statusMessage(transitions: Transitions): string {
  const { cluster, commit, changed, gone, notes = [] } = transitions
  const trailers = [...(commit === '' ? [] : [`Reeve-Commit: ${commit}`]), `Reeve-Cluster: ${cluster}`]
  const state = worst(changed)
  if (state !== undefined) trailers.push(`Reeve-State: ${state}`)
  const isOnlyNoted = changed.length === 0 && gone.length === 0
  const [first = '', ...rest] = isOnlyNoted ? notes : [subject(transitions), ...notes]
  const body = [...rest, ...cut([...changedLines(changed), ...gone.flatMap(goneLine)])]
  const isOwn = ownCommits(transitions)
  const told = [first, ...body].map((line) => inertLine(line, isOwn))
  const parts = [told.slice(0, 1), told.slice(1), trailers.map(printable)]
  return `${parts
    .map((lines) => lines.join('\n'))
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

/** Whether Reeve itself names a commit; what else looks like one is not to become a link. */
function ownCommits({ commit, changed, gone, notes = [] }: Transitions): (id: string) => boolean {
  const writes = [...changed, ...gone].flatMap(({ writes: { changes } }) => changes)
  const ids = [
    commit,
    ...changed.map(({ status }) => status.commit),
    ...writes.flatMap((change) => change.commit ?? []),
  ]
  return (id) => ids.some((own) => own.startsWith(id)) || notes.some((note) => note.includes(id))
}

function subject({ commit, changed, gone }: Transitions): string {
  const lost = gone.filter(({ movedTo }) => movedTo === undefined)
  const [only] = changed
  if (only !== undefined && changed.length === 1 && lost.length === 0)
    return `${only.status.name}: ${only.status.state} at ${abbreviated(only.status.commit)}${aside(only)}`
  const at = `at ${abbreviated(commit)}`
  const names = [
    ...changed.map(({ status }) => status.name),
    ...(changed.length > 0 ? lost : gone).map(nameOf),
  ]
  if (changed.some(({ status }) => BAD.has(status.state)))
    return `${[...named(changed), ...(lost.length > 0 ? [`${lost.length} gone`] : [])].join(', ')} ${at}`
  const counts = counted(changed)
  if (lost.length > 0 || changed.length === 0)
    counts.push(changed.length === 0 ? 'gone' : `${lost.length} gone`)
  const who = names.length <= NAMED_WITHOUT_FAILURE ? names.join(', ') : `${names.length} installations`
  return `${who}: ${counts.join(', ')} ${at}`
}

/** `i7 failed, 59 healthy`: names those that need a person and counts the others. */
function named(changed: readonly ChangedRecord[]): string[] {
  return byState(changed).map(([state, names]) =>
    BAD.has(state) ? `${firstOf(names, NAMED)} ${state}` : `${names.length} ${state}`,
  )
}

function counted(changed: readonly ChangedRecord[]): string[] {
  const present = byState(changed)
  const [only] = present
  if (only !== undefined && present.length === 1) return [only[0]]
  return present.map(([state, names]) => `${names.length} ${state}`)
}

/** Names of the installations in each state, the most urgent state first. */
function byState(changed: readonly ChangedRecord[]): (readonly [InstallationState, readonly string[]])[] {
  const groups = Map.groupBy(changed, ({ status }) => status.state)
  return INSTALLATION_STATES.flatMap((state) => {
    const members = groups.get(state)
    return members ? [[state, members.map(({ status }) => status.name)] as const] : []
  })
}

function aside({ writes: { changes, moreChanges } }: ChangedRecord): string {
  const sources = new Set(changes.flatMap(({ from }) => from ?? []))
  const parts = [
    ...(moreChanges === undefined && changes.length > 0 && changes.every(({ reason }) => reason === 'drift')
      ? ['drift put back']
      : []),
    ...(changes.some(({ reason }) => reason === 'recovered') ? ['recovered'] : []),
    ...(sources.size > 0 ? [`moved from ${firstOf([...sources], NAMED)}`] : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** Failures first; installations with the same lines are folded. */
function changedLines(changed: readonly ChangedRecord[]): string[] {
  const urgency = ({ status }: ChangedRecord) => INSTALLATION_STATES.indexOf(status.state)
  const entries = changed
    .toSorted((a, b) => urgency(a) - urgency(b))
    .map((record) => ({ record, lines: [...problemLines(record.status), ...changeLines(record)] }))
  const alike = Map.groupBy(entries, ({ record: { status }, lines }) =>
    JSON.stringify([status.state, lines.map((line) => line.replaceAll(status.name, '*'))]),
  )
  return [...alike.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { state } = first.record.status
    const names = group.map(({ record }) => record.status.name)
    if (first.lines.length === 0) return [`- ${firstOf(names, NAMED)}: ${state}`]
    const others = names.slice(1)
    const same = others.length === 0 ? [] : [`  the same in ${others.length} more: ${firstOf(others, NAMED)}`]
    return [`- ${first.record.status.name}: ${state}`, ...first.lines, ...same]
  })
}

function cut(lines: readonly string[]): readonly string[] {
  const rest = lines.length - BODY_LINES
  return rest > 0 ? [...lines.slice(0, BODY_LINES), `  and ${rest} more lines`] : lines
}

function nameOf({ name }: RemovedRecord): string {
  return name
}

function abbreviated(commit: string): string {
  return commit.slice(0, 7)
}

function worst(changed: readonly ChangedRecord[]): InstallationState | undefined {
  return INSTALLATION_STATES.find((state) => changed.some(({ status }) => status.state === state))
}
