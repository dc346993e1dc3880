import type { PendingDeletion } from '../../model/deletion.ts'
import { asksForPermission, permissionRemedy } from '../../model/deletion-permission.ts'
import { type Fault, type Finding, fault } from '../../model/fault.ts'
import { firstOf } from '../../model/first-of.ts'
import type { HookedChange } from '../../model/hook-run.ts'
import type { Inherits } from '../../model/inherits.ts'
import type { Installation } from '../../model/installation.ts'
import { isHeldDeletion } from '../../model/is-left-alone.ts'
import { describeKey, idOf, type LiveObject, type ObjectKey } from '../../model/object.ts'
import type { OperationRecord } from '../../model/operation.ts'
import type { Revision } from '../../model/revision.ts'
import { shareRemedies } from '../../model/share-remedies.ts'
import type {
  Health,
  InstallationStatus,
  JobRun,
  Outcome,
  Problem,
  SelectedCopy,
} from '../../model/status.ts'
import type { Changes } from './changes.ts'
import { stateOf } from './state.ts'

const VERSION_LABEL = 'app.kubernetes.io/version'
/** Maximum number of problems in a record; the log has the rest. */
const LISTED = 100
/** Maximum number of objects named in one problem. */
const NAMED = 5
/** Maximum length of a message in a record, in characters. */
const LONGEST_MESSAGE = 2_048

export interface Observed {
  readonly key: ObjectKey
  readonly live: LiveObject | undefined
  readonly health: Health
}

/** A Job that runs for an installation without being a part of it. */
export type Unfinished = Pick<Observed, 'key' | 'health'>

export interface StatusInput extends Changes {
  readonly name: string
  readonly commit: string
  readonly source: string
  readonly applied: Revision | undefined
  readonly done: Revision | undefined
  readonly inherits?: Inherits | undefined
  /** Why it is not brought to what its documents say yet. */
  readonly waits?: string | undefined
  /** Git no longer declares it, and it is kept for a while, or was. */
  readonly deletion?: PendingDeletion | undefined
  readonly heldSecrets?: boolean
  readonly declared: boolean
  /** What its documents say is being applied, and was not yet once. */
  readonly isUnderWay?: boolean
  /** Settings that Git declares; undefined where it does not declare the installation. */
  readonly head:
    | Pick<Installation, 'version' | 'groups' | 'overridden' | 'notices' | 'release' | 'hibernated'>
    | undefined
  /** Who suspends it; undefined if it is not suspended. */
  readonly suspension: 'git' | 'cluster' | undefined
  readonly faults: readonly Fault[]
  /** The fault that aborted the latest round. */
  readonly broken: Fault | undefined
  readonly outcomes: readonly Outcome[]
  readonly observed: readonly Observed[]
  /** Objects that are no longer declared, but not yet gone. */
  readonly going: readonly Observed[]
  /** What runs because of its change, and is not over. */
  readonly unfinished?: readonly Unfinished[] | undefined
  readonly jobs: readonly JobRun[]
  readonly copy?: SelectedCopy | undefined
  /** Its latest change, where it has hooks. */
  readonly hooks?: HookedChange | undefined
  readonly operations?: readonly OperationRecord[] | undefined
}

/** The record of an installation. Pure. */
export function statusOf(input: StatusInput): InstallationStatus {
  const { name, commit, source, declared, faults, outcomes, observed, going } = input
  const { jobs, changes, moreChanges, head, broken, suspension } = input
  const healths = [...observed, ...going, ...(input.unfinished ?? [])].map(({ health }) => health)
  const version = head?.version ?? versionOf(observed)
  const [group] = head?.groups ?? []
  const overridden = (head?.overridden ?? []).map(({ path, location, by }) => ({ path, ...location, by }))
  return {
    name,
    state: stateOf({
      declared,
      suspended: suspension !== undefined,
      hibernated: head?.hibernated === true,
      isPending: declared && input.deletion !== undefined,
      isUnderWay: input.isUnderWay === true,
      waits: input.waits !== undefined,
      faults,
      broken,
      outcomes,
      healths,
    }),
    commit,
    source,
    ...revisionsOf(input),
    ...(input.heldSecrets && { heldSecrets: true }),
    ...(version !== undefined && { version }),
    ...(group !== undefined && { group }),
    ...(head?.release && { release: head.release }),
    ...partsOf(input),
    objects: countsOf(observed, outcomes.filter(isHeld).length),
    changes,
    ...(moreChanges !== undefined && { moreChanges }),
    problems: problemsIn(input),
    ...(head?.notices && { notices: head.notices.slice(0, LISTED).map(problemOf) }),
    ...(overridden.length > 0 && { overridden }),
    ...(jobs.length > 0 && { jobs }),
  }
}

function partsOf({
  deletion,
  copy,
  hooks,
  operations = [],
}: StatusInput): Pick<InstallationStatus, 'deletion' | 'copy' | 'hooks' | 'operations'> {
  return {
    ...(deletion && { deletion }),
    ...(copy && { copy }),
    ...(hooks && { hooks }),
    ...(operations.length > 0 && { operations }),
  }
}

function problemsIn(input: StatusInput): readonly Problem[] {
  const { name, declared, faults, outcomes, observed, going, broken, suspension, deletion, waits } = input
  return [
    ...faults.slice(0, LISTED).map(problemOf),
    ...(broken ? [problemOf(broken)] : []),
    ...(suspension === 'cluster' ? [SUSPENDED] : []),
    ...(declared && deletion ? [problemOf(fault('deletion-pending', `until ${deletion.until}`))] : []),
    ...(waits === undefined ? [] : [problemOf(fault('rollout-waits', waits))]),
    ...outcomeProblems(outcomes),
    ...waitProblems(name, outcomes),
    ...goingOn([...observed, ...going], outcomes).flatMap(unwell),
    ...(input.unfinished ?? []).flatMap(unwellOf),
    ...(input.operations ?? []).flatMap(failedOperation),
  ]
    .slice(0, LISTED)
    .concat(strangerProblem(outcomes))
}

const SUSPENDED: Problem = {
  code: 'suspended',
  message:
    'suspended in the cluster, by spec.suspended of its Installation object; this holds until Git changes it',
  remedy: 'set spec.suspended to false there, or change it in Git',
}

function revisionsOf({
  applied,
  inherits,
  done,
}: StatusInput): Pick<InstallationStatus, 'applied' | 'inherits' | 'done'> {
  return { ...(applied && { applied }), ...(inherits && { inherits }), ...(done && { done }) }
}

/** Whether the deletion of an object that Git no longer declares is held. */
function isHeld(outcome: Outcome): boolean {
  if ('fault' in outcome) return isHeldDeletion(outcome.fault)
  return outcome.result === 'waiting' && outcome.on !== undefined
}

function problemOf({ code, message, remedy, location }: Finding): Problem {
  const text = message.slice(0, LONGEST_MESSAGE)
  return { code, message: text, remedy, ...(location && { file: location.file, line: location.line }) }
}

function outcomeProblems(outcomes: readonly Outcome[]): readonly Problem[] {
  const faulty = outcomes.flatMap((outcome) =>
    'fault' in outcome && outcome.fault.code !== 'unproven-mark' ? outcome : [],
  )
  return shareRemedies(faulty).map(({ fault, objects: [only, ...others] }) => ({
    ...problemOf(fault),
    ...(only !== undefined && others.length === 0 && { object: describeKey(only) }),
  }))
}

/** One problem per awaited condition, however many objects wait. Permission to delete is asked for once. */
function waitProblems(name: string, outcomes: readonly Outcome[]): readonly Problem[] {
  const waits = outcomes.filter((outcome) => outcome.result === 'waiting')
  let isAsked = outcomes.some((outcome) => 'fault' in outcome && asksForPermission(outcome.fault.code))
  return [...Map.groupBy(waits, ({ reason }) => reason)].map(([reason, group]) => {
    const isDeletion = group.some(({ on, isForGone }) => on !== undefined && !isForGone)
    const remedy = isAsked ? CORRECT : permissionRemedy('deletion-waits', [name])
    isAsked ||= isDeletion
    return {
      code: 'waiting',
      message: `${group.length === 1 ? '1 object waits' : `${group.length} objects wait`} for ${reason}`,
      ...(isDeletion && { remedy }),
    }
  })
}

function countsOf(observed: readonly Observed[], held: number): InstallationStatus['objects'] {
  const count = (wanted: Health['status']) => observed.filter(({ health }) => health.status === wanted).length
  const [healthy, suspended] = [count('healthy'), count('suspended')]
  return {
    declared: observed.length,
    healthy,
    ...(suspended > 0 && { suspended }),
    ...(held > 0 && { held }),
  }
}

const CORRECT = 'correct the objects that are not applied'

/**
 * One problem for all objects that only seem to be Reeve's, and the last: anyone can create any number of
 * them.
 */
function strangerProblem(outcomes: readonly Outcome[]): readonly Problem[] {
  const strangers = outcomes.flatMap((outcome) =>
    'fault' in outcome && outcome.fault.code === 'unproven-mark' ? [describeKey(outcome.key)] : [],
  )
  if (strangers.length === 0) return []
  return [problemOf(fault('unproven-mark', firstOf(strangers.toSorted(), NAMED)))]
}

/** Excludes deletions that are stuck: their faults are already reported. */
function goingOn(observed: readonly Observed[], outcomes: readonly Outcome[]): readonly Observed[] {
  const blamed = new Set(outcomes.flatMap((outcome) => ('fault' in outcome ? idOf(outcome.key) : [])))
  return observed.filter(({ key, health }) => health.status !== 'deleting' || !blamed.has(idOf(key)))
}

function unwell({ live, ...observed }: Observed): readonly Problem[] {
  return live === undefined ? [] : unwellOf(observed)
}

/** It does not make its installation a failure, but somebody has to look. */
function failedOperation({ name, state, message = '', job }: OperationRecord): readonly Problem[] {
  if (state !== 'failed') return []
  return [problemOf(fault('operation-failed', `${name} (Job ${job}): ${message}`))]
}

function unwellOf({ key, health }: Unfinished): readonly Problem[] {
  if (health.status === 'healthy') return []
  const { status, message, since, remedy } = health
  const more = { ...(remedy !== undefined && { remedy }), ...(since !== undefined && { since }) }
  return [{ code: status, message, object: describeKey(key), ...more }]
}

/** The version, if all objects with the label agree on it. */
function versionOf(observed: readonly Observed[]): string | undefined {
  const versions = new Set(observed.flatMap(({ live }) => live?.metadata.labels?.[VERSION_LABEL] ?? []))
  const [version] = versions
  return versions.size === 1 ? version : undefined
}
