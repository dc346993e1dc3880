import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { describeOwner } from '../../model/former-owner.ts'
import { describeKey, idOf, keyOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Change, Outcome } from '../../model/status.ts'
import type { ApplyContext } from '../../stages/apply/apply-context.ts'
import { applyPlan } from '../../stages/apply/apply-plan.ts'
import { type LostAnswers, outcomeOfLost } from '../../stages/apply/lost-answers.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { loggedChanges, unloggedChanges } from '../../stages/plan/describe/change-summary.ts'
import { changesOf, type FieldChange } from '../../stages/plan/describe/changes.ts'
import { handedOverFrom } from '../../stages/plan/describe/handed-over-from.ts'
import { takenOverFrom } from '../../stages/plan/ownership/taken-over-from.ts'
import { redactOutcome } from '../../stages/report/redact-secrets.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import { type DesiredState, secretsOf } from '../fleet/desired-state.ts'
import type { Contention } from '../gates/contention.ts'
import { foughtOutcome, noteWritten } from '../gates/defer-contended.ts'
import type { Fights } from '../gates/fights.ts'
import { type GatedPlan, isDeletion, passGates, type WaitPlan } from '../gates/gate.ts'
import { WRITE_GATES, type WriteContext } from '../gates/gates.ts'
import { keptInside } from '../gates/hold-containers.ts'
import type { HoldContext } from '../gates/hold-deletions.ts'
import type { Readiness } from '../gates/readiness.ts'
import type { FreeRemoval, RemovalWait } from '../gates/wait-for-grace.ts'
import type { Planner } from '../planner/planner.ts'
import type { Work, Written } from '../planner/work.ts'
import type { WriterOf } from '../planner/writers.ts'
import { batchesOf, DELETIONS } from './batches.ts'
import { awaitedUntil, hangsIn, hungDeletions } from './hung-deletions.ts'
import type { FleetPrerequisites } from './prerequisites.ts'
import { beingRemoved, orderRemoval, type Removal, type RemovalOptions } from './removal.ts'

export interface RoundOptions {
  readonly view: ClusterView
  readonly planner: Planner
  readonly contention: Contention
  readonly fights: Fights
  readonly log: Log
  readonly metrics: Metrics
  readonly readiness: Readiness
  readonly prerequisites: FleetPrerequisites
  /** Puts the answer of a write into the cache without treating it as another client's change. */
  readonly take: (change: () => void) => void
  /**
   * Current desired state: a commit may overtake a long round. Undefined while it is undecided whether the
   * installation advances to it; the next round brings it there.
   */
  readonly latest: () => DesiredState | undefined
  /** Installation of a label's value that Git declares or declared before. */
  readonly everDeclared: (id: string) => string | undefined
  /** Writes of the installation whose answers were lost. */
  readonly lostAnswers: LostAnswers
  /** Called with each write, for the record. */
  readonly onWrite: (change: Change) => void
  readonly removal: RemovalOptions
  /** Why the removal of an installation waits, once nothing else keeps it. */
  readonly removalWait: (work: Work, removal: FreeRemoval) => Promise<RemovalWait | undefined>
  /** Context for holding deletions, given the outcomes of the writes before them. */
  readonly deletions: (work: Work, outcomes: readonly Outcome[]) => HoldContext
}

export interface Round {
  readonly outcomes: readonly Outcome[]
  /** Objects to plan again: the server holds them otherwise than asked, or they may be applied now. */
  readonly unsettled: ReadonlySet<ObjectId>
  /** Milliseconds until contended objects are checked again. */
  readonly contended: ReadonlyMap<ObjectId, number>
  /** Objects that are being deleted: milliseconds until each counts as stuck. */
  readonly leaving: ReadonlyMap<ObjectId, number>
  /** Until when a command waits for them, in ms since the epoch. */
  readonly leavingUntil: number
  /** Milliseconds until deletions that come later are looked at again. */
  readonly kept: ReadonlyMap<ObjectId, number>
  /** Error after everything was written: the installation must be checked again. */
  readonly error?: unknown
}

/**
 * One round of work on one installation: plans, applies and notes the results.
 * @param planned the plans, if they were already made
 */
export async function reconcile(
  work: Work,
  declared: DesiredState,
  options: RoundOptions,
  planned?: readonly ObjectPlan[],
): Promise<Round> {
  const plans = planned ?? (await options.planner.plan(work, declared))
  const written = new Map<ObjectId, Written>()
  const writer = await options.planner.writerFor(work, declared)
  const context = applyContext({ work, declared, writer }, written, options)
  const { applied, contended, freed, kept } = await applyInOrder(plans, context, { work, declared }, options)
  tellLostDeletions(work, plans, options)
  const { hung, leaving, leavingUntil } = await departuresOf(work, declared, options)
  const told = [...applied, ...hung].map((outcome) => ({
    id: idOf(outcome.key),
    ...foughtOutcome(outcome, options),
  }))
  const outcomes = await located(
    told.map(({ outcome }) => outcome),
    work,
    declared,
    options,
  )
  const { unsettled, ...rest } = await settle(written, options)
  const fought = told.flatMap(({ id, retryInMs }) =>
    retryInMs === undefined ? [] : [[id, retryInMs] as const],
  )
  return {
    outcomes,
    contended: new Map([...contended, ...fought]),
    leaving,
    leavingUntil,
    kept,
    unsettled: new Set([...unsettled, ...freed]),
    ...rest,
  }
}

/** Tells deletions whose answers were lost; of objects that are gone there are no plans any more. */
function tellLostDeletions(
  { scope }: Work,
  plans: readonly ObjectPlan[],
  { lostAnswers, view: { cache } }: Pick<RoundOptions, 'lostAnswers' | 'view'>,
): void {
  if (scope !== 'all' || lostAnswers.size === 0) return
  const planned = new Set(plans.map(({ key }) => idOf(key)))
  for (const [id, lost] of lostAnswers) {
    if (planned.has(id)) continue
    lostAnswers.delete(id)
    if (lost.plan.action === 'delete') outcomeOfLost(lost, cache.get(id))
  }
}

/** Learns from the writes; a failure to learn does not lose them. */
async function settle(
  written: ReadonlyMap<ObjectId, Written>,
  { planner }: RoundOptions,
): Promise<Pick<Round, 'unsettled' | 'error'>> {
  try {
    return { unsettled: await planner.settle(written) }
  } catch (error) {
    return { unsettled: new Set(), error }
  }
}

interface Order {
  readonly work: Work
  readonly declared: DesiredState
}

interface Applied {
  readonly applied: readonly Outcome[]
  /** Milliseconds until contended objects are checked again. */
  readonly contended: ReadonlyMap<ObjectId, number>
  /** Refused objects that may be applied now that others are gone. */
  readonly freed: readonly ObjectId[]
  /** Milliseconds until deletions that come later are looked at again. */
  readonly kept: ReadonlyMap<ObjectId, number>
}

/** Applies batch by batch, each through the gates. */
async function applyInOrder(
  plans: readonly ObjectPlan[],
  context: ApplyContext,
  { work, declared }: Order,
  options: RoundOptions,
): Promise<Applied> {
  const { planner, readiness, deletions } = options
  const member = declared.members.get(work.name)
  const outcomes: Outcome[] = []
  const passed: ObjectPlan[] = []
  const kept = new Map<ObjectId, number>()
  for (const batch of batchesOf(plans, { member, readiness, isHealing: (plan) => planner.isDrift(plan) })) {
    const gated = await passGates<WriteContext, GatedPlan>(batch.plans, WRITE_GATES, {
      name: work.name,
      member,
      wave: batch.wave,
      outcomes,
      readiness,
      patience: options,
      ask: (object) => planner.ask(work.name, object, declared),
      removalWait: (removal) => options.removalWait(work, removal),
      deletions: () => deletions(work, outcomes),
    })
    const going = gated.filter((plan) => plan.action !== 'wait' && plan.action !== 'keep')
    for (const plan of gated) if (plan.action === 'keep') kept.set(idOf(plan.key), plan.forMs)
    outcomes.push(...gated.flatMap((plan) => (plan.action === 'wait' ? waiting(plan) : [])))
    const removed = batch.wave === DELETIONS ? going.filter(isDeletion) : []
    const others = removed.length > 0 ? going.filter((plan) => !isDeletion(plan)) : going
    outcomes.push(...(await applyPlan(others, context)))
    if (removed.length > 0) {
      const leaving = plans.filter(({ key }) => !kept.has(idOf(key)))
      const removal = await orderRemoval(work, leaving, removed, declared, options.removal)
      for (const step of removal.steps) outcomes.push(...(await removeStep(step, removal, context)))
    }
    passed.push(...going)
  }
  return {
    applied: outcomes,
    contended: new Map(
      passed.flatMap((plan) =>
        plan.action === 'blocked' && plan.retryInMs !== undefined ? [[idOf(plan.key), plan.retryInMs]] : [],
      ),
    ),
    freed: passed.flatMap((plan) => (plan.action === 'delete' ? (plan.frees ?? []).map(idOf) : [])),
    kept,
  }
}

/** Deletes what has nothing before it any more; the rest waits. */
async function removeStep(
  step: readonly DeletePlan[],
  { waitsOf }: Removal,
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const waits = waitsOf(step)
  const free = step.filter((plan) => !waits.has(plan))
  return [...[...waits.values()].map(waiting), ...(await applyPlan(free, context))]
}

function waiting({ key, reason, on, isForGone }: WaitPlan): Outcome {
  return { result: 'waiting', key, reason, ...(on !== undefined && { on }), ...(isForGone && { isForGone }) }
}

interface Departures {
  /** Deletions that are stuck. */
  readonly hung: readonly Outcome[]
  /** Milliseconds until an object that is being deleted counts as stuck. */
  readonly leaving: ReadonlyMap<ObjectId, number>
  /** Until when a command waits for them, in ms since the epoch. */
  readonly leavingUntil: number
}

/** Looks at objects that are being deleted; only a round of scope `all` sees those. */
async function departuresOf(work: Work, declared: DesiredState, options: RoundOptions): Promise<Departures> {
  if (work.scope !== 'all') return { hung: [], leaving: new Map(), leavingUntil: 0 }
  const { removal, view } = options
  const now = Date.now()
  const going = beingRemoved(work, declared, removal).map((live) => ({ live, hangsIn: hangsIn(live, now) }))
  const stuck = going.filter((each) => each.hangsIn === 0).map(({ live }) => live)
  return {
    hung: await hungDeletions(stuck, view),
    leavingUntil: Math.max(0, ...going.map(({ live }) => awaitedUntil(live, now))),
    leaving: new Map(
      going.flatMap(({ live, hangsIn }) => (hangsIn > 0 ? [[idOf(keyOf(live)), hangsIn] as const] : [])),
    ),
  }
}

async function located(
  outcomes: readonly Outcome[],
  { name }: Work,
  declared: DesiredState,
  { planner, log }: RoundOptions,
): Promise<readonly Outcome[]> {
  const faults = outcomes.flatMap((outcome) => ('fault' in outcome ? outcome.fault : []))
  const found = await planner.located(faults, name, declared).catch((error: unknown) => {
    logUnforeseen(log)(error, anyFault(error))
    return faults // faults count even if their lines cannot be found
  })
  const placed = new Map(faults.map((fault, index) => [fault, found[index] ?? fault]))
  const secrets = secretsOf(declared, name)
  return outcomes.map((outcome) =>
    'fault' in outcome
      ? redactOutcome({ ...outcome, fault: placed.get(outcome.fault) ?? outcome.fault }, secrets)
      : outcome,
  )
}

/** Takeover by annotation does not check whether former owners are still active. */
function warnOfFormerOwners(plan: ObjectPlan, installation: string, log: Log): void {
  const owners = takenOverFrom(plan).map(describeOwner)
  if (owners.length === 0) return
  const remedy = 'suspend it, or turn its automated sync off'
  log.warn(
    { installation, object: describeKey(plan.key), owners, remedy },
    'object taken over; its former owner may still be active',
  )
}

function applyContext(
  { work, declared, writer }: Order & { readonly writer: WriterOf },
  written: Map<ObjectId, Written>,
  options: RoundOptions,
): ApplyContext {
  const { name } = work
  const { view, planner, log, metrics, take, latest, onWrite } = options
  return {
    client: view.client,
    writer,
    lane: name,
    resourceOf: (plan) => view.resourceOf(plan),
    replan: async (plan, live) => {
      const now = latest()
      return now ? planner.replan(name, plan, live, now) : { action: 'unchanged', key: plan.key }
    },
    prerequisites: options.prerequisites.of(work),
    mayReplace: (live) => keptInside(live, () => view.cache.all()) === undefined,
    lostAnswers: options.lostAnswers,
    onRetry: (what) => metrics.retried(what),
    onWarning: ({ key, origin }, warning) => {
      const place = origin && { file: origin.file, line: origin.line }
      const fields = { installation: name, object: describeKey(key), ...place }
      const told = secretsOf(declared, name)?.redact(warning) ?? warning
      log.warn({ ...fields, warning: told }, 'the API server warns')
    },
    onWritten: (plan, answer, how) => {
      const change = changeOf(plan, { work, declared }, options)
      tell(plan, answer, how ? { ...change, action: how } : change)
      if (answer !== undefined && 'desired' in plan) written.set(idOf(plan.key), writtenOf(plan, answer))
    },
    // What it is by now is not the server's answer to the write: others may have changed it since.
    onLost: (plan) => {
      const change = changeOf(plan, { work, declared }, options)
      return (live) => tell(plan, live, change)
    },
  }

  function tell(plan: ObjectPlan, answer: LiveObject | undefined, change: Change): void {
    warnOfFormerOwners(plan, name, log)
    onWrite(change)
    metrics.wrote(change)
    noteWritten(plan, options)
    take(() => noteAnswer(plan, answer, view))
    const { action, object, reason, from } = change
    const level = action === 'replaced' ? 'warn' : 'info' // what the object held is gone
    const fields = { object, reason, ...(from && { from }), ...changeFields(fieldsOf(plan)) }
    log[level]({ installation: name, ...fields }, action)
  }
}

function fieldsOf(plan: ObjectPlan): readonly FieldChange[] {
  return plan.action === 'patch' ? changesOf(plan) : []
}

function changeFields(fields: readonly FieldChange[]): object {
  const more = unloggedChanges(fields)
  return {
    ...(fields.length > 0 && { changes: loggedChanges(fields) }),
    ...(more > 0 && { moreChanges: more }),
  }
}

function writtenOf({ desired }: CreatePlan | PatchPlan, { metadata }: LiveObject): Written {
  return { desired, resourceVersion: metadata.resourceVersion }
}

function noteAnswer(plan: ObjectPlan, answer: LiveObject | undefined, { cache }: ClusterView): void {
  if (answer !== undefined) cache.put(answer)
  else if (plan.action === 'delete') cache.remove(plan.key, plan.live.metadata.uid)
}

function changeOf(
  plan: ObjectPlan,
  { work, declared }: Order,
  { planner, everDeclared }: RoundOptions,
): Change {
  const fields = fieldsOf(plan)
  const from = everDeclared(handedOverFrom(plan) ?? '')
  const isDrift = from === undefined && planner.isDrift(plan)
  const action = plan.action === 'create' ? 'created' : plan.action === 'delete' ? 'deleted' : 'patched'
  return {
    object: describeKey(plan.key),
    action: from === undefined ? action : 'moved',
    reason: isDrift ? 'drift' : 'commit',
    ...(fields.length > 0 && { fields: fields.slice(0, 20).map(({ path }) => path) }),
    ...(from !== undefined && { from }),
    commit: declared.members.get(work.name)?.target?.revision.own ?? work.head,
  }
}
