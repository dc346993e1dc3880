import type { PendingDeletion } from '../../model/deletion.ts'
import type { Fault } from '../../model/fault.ts'
import type { HookedChange } from '../../model/hook-run.ts'
import type { Inherits } from '../../model/inherits.ts'
import { idOf, keyOf, type ObjectId } from '../../model/object.ts'
import type { OperationRecord } from '../../model/operation.ts'
import type { Revision } from '../../model/revision.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import type { Change, Health, InstallationStatus } from '../../model/status.ts'
import { deletionHealth } from '../../stages/health/deletion.ts'
import { type HealthSource, SELF_TOLD } from '../../stages/health/health-source.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { nextSelected } from '../../stages/plan/old-copy.ts'
import { NO_CHANGES, withWrites } from '../../stages/report/changes.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import { redactStatus } from '../../stages/report/redact-secrets.ts'
import { type Observed, statusOf, type Unfinished } from '../../stages/report/status-of.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { effectiveInstallation, faultsOf, type Member } from '../fleet/member.ts'
import { healthOfRun, runOf, runsToRecord } from '../gates/job-runs.ts'
import { selectedIn } from '../gates/keep-copies.ts'
import { ownHealth, ownMark } from '../gates/own-health.ts'
import type { Proofs } from '../gates/proofs.ts'
import type { Known } from '../gates/taken-over.ts'
import { isGoing, ownedBy } from '../planner/owned.ts'
import { suspensionOf } from '../planner/suspension.ts'
import type { SyncState } from '../sync/sync-state.ts'

export interface Observation {
  readonly cache: LiveCache
  /** Tells whether Reeve made an object. */
  readonly proofs: Pick<Proofs, 'of'>
  readonly declared: DesiredState
  readonly state: SyncState | undefined
  /** Writes since the previous observation. */
  readonly writes: readonly Change[]
  /** Its record on the status branch. */
  readonly record: InstallationStatus | undefined
  /** Full id of the head's commit. */
  readonly head: string
  /** Its id: the value of its label. */
  readonly id: string
  /** Revision that it is held at, if not the head. */
  readonly applied?: Revision | undefined
  /** What it is made from, where a rollout moves it. */
  readonly inherits?: Inherits | undefined
  /** Full id of the commit of its own documents, where that is not the head. */
  readonly own?: string | undefined
  /** Why it is not brought to what its documents say yet. */
  readonly waits?: string | undefined
  /** Git no longer declares it, and it is kept for a while, or was. */
  readonly deletion?: PendingDeletion | undefined
  /** Its latest change, where it has hooks. */
  readonly hooks?: HookedChange | undefined
  readonly operations?: readonly OperationRecord[]
  /** Its hooks that are not over. */
  readonly unfinished?: readonly Unfinished[]
  /** Health of its objects; by default only what their own statuses say now. */
  readonly healths?: HealthSource
}

const GOING: Health = { status: 'deleting', message: 'no longer declared' }
const NOT_ITS_OWN: Health = { status: 'progressing', message: "not the installation's own" }
const MISSING: Health = { status: 'progressing', message: 'not there' }

/** Current status of an installation; undefined if it is gone without a trace. */
export function observeInstallation(name: string, observation: Observation): InstallationStatus | undefined {
  const { cache, declared, state, writes, record, head, healths = SELF_TOLD } = observation
  const member = declared.members.get(name)
  const observed = member ? ofDeclared(member, observation) : []
  const going = onTheirWayOut(observation, member !== undefined)
  healths.retain(name, (id) => isThere(id, member, cache))
  if (member === undefined && going.length === 0) return undefined
  const source = member?.attempted.source ?? ''
  const faults = member ? faultsOf(member) : []
  const commit = record?.source === source ? record.commit : (observation.own ?? head)
  const status = statusOf({
    name,
    commit,
    source,
    applied: observation.applied,
    inherits: observation.inherits,
    waits: observation.waits,
    deletion: observation.deletion,
    hooks: observation.hooks,
    operations: observation.operations,
    done: doneAt(source, observation, faults),
    heldSecrets: member?.secrets !== undefined || record?.heldSecrets === true,
    declared: member !== undefined,
    isUnderWay: member !== undefined && isUnderWay(source, observation),
    head: member && effectiveInstallation(member),
    suspension: member && suspensionOf(member, cache),
    faults,
    broken: state?.broken,
    outcomes: [...(state?.outcomes.values() ?? [])],
    observed,
    going,
    unfinished: observation.unfinished,
    copy: copySelected(member, observation),
    jobs: member === undefined ? [] : jobsOf(member, observation),
    ...withWrites(record?.commit === commit ? record : NO_CHANGES, writes),
  })
  return redactStatus(status, member?.secrets)
}

function copySelected(member: Member | undefined, observation: Observation) {
  if (member === undefined) return undefined
  const { record } = observation
  const selected = selectedIn(member, knownIn(observation))
  if (selected.size === 0 && effectiveInstallation(member).copy === undefined) return undefined
  return nextSelected(selected, record?.copy, rfc3339(Date.now()))
}

/** Whether an installation declares an object that it owns. */
function isThere(id: ObjectId, member: Member | undefined, cache: LiveCache): boolean {
  const live = member?.objects.has(id) === true ? cache.get(id) : undefined
  return member !== undefined && live !== undefined && ownMark(member.id, live) !== undefined
}

/** Revision at which everything was last as declared; undefined if it is so now. */
function doneAt(
  source: string,
  { state, record }: Observation,
  faults: readonly Fault[],
): Revision | undefined {
  // Until this process has seen everything once, the record is all that is known.
  const isUnseen = state?.source === undefined && state?.broken === undefined
  if (isUnseen && record?.source === source) return record.done
  const isDone = faults.length === 0 && state?.isDone === true && state.source === source
  return isDone ? undefined : lastSyncedRevision(record)
}

/** Whether nobody has applied all of what its documents say, or tried to. */
function isUnderWay(source: string, { state, record }: Observation): boolean {
  if (state === undefined || state.broken !== undefined) return false
  return state.source === undefined ? record?.source !== source : state.source !== source
}

function ofDeclared(member: Member, observation: Observation): Observed[] {
  const { cache, healths = SELF_TOLD } = observation
  const known = knownIn(observation)
  return [...member.objects]
    .filter(([, { isDerived }]) => !isDerived)
    .map(([id, object]) => {
      const { key } = object
      const live = cache.get(id)
      if (live !== undefined) {
        const health = ownHealth(member, object, live, healths)
        return health ? { key, live, health } : { key, live: undefined, health: NOT_ITS_OWN }
      }
      const run = runOf(object, member, known)
      return { key, live, health: run ? healthOfRun(run) : MISSING }
    })
}

/** Objects that Git no longer declares; of a declared installation, only those being deleted. */
function onTheirWayOut({ cache, declared, id, proofs }: Observation, isDeclared: boolean): Observed[] {
  return ownedBy(id, cache)
    .filter((live) => !declared.claims.has(idOf(keyOf(live))) && isGoing(live, proofs))
    .map((live) => ({ key: keyOf(live), live, health: deletionHealth(live) }))
    .filter(({ health }) => !isDeclared || health !== undefined)
    .map(({ health = GOING, ...observed }) => ({ ...observed, health }))
}

function jobsOf(member: Member, observation: Observation) {
  const { healths = SELF_TOLD } = observation
  return runsToRecord(member, knownIn(observation), (job, live) => ownHealth(member, job, live, healths))
}

function knownIn({ cache, record }: Observation): Known {
  return { record, live: (id) => cache.get(id) }
}
