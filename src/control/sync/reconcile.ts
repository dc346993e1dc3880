import { describeOwner } from '../../model/former-owner.ts'
import { describeKey, idOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { CreatePlan, DeletePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Change, Outcome } from '../../model/status.ts'
import { waveOf } from '../../model/wave.ts'
import type { ApplyContext } from '../../stages/apply/apply-context.ts'
import { applyDeletions, applyInWaves, isDeletion } from '../../stages/apply/apply-in-waves.ts'
import { applyPlan } from '../../stages/apply/apply-plan.ts'
import type { Sorted } from '../../stages/apply/held-deletion.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { changesOf, type FieldChange } from '../../stages/plan/describe/changes.ts'
import { takenOverFrom } from '../../stages/plan/ownership/taken-over-from.ts'
import { redactOutcome } from '../../stages/report/redact-secrets.ts'
import type { Log } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import { type DesiredState, secretsOf } from '../fleet/desired-state.ts'
import type { Planner } from '../planner/planner.ts'
import type { Work, Written } from '../planner/work.ts'
import type { Contention } from './contention.ts'
import { deferContended, foughtOutcome, noteWritten } from './defer-contended.ts'
import type { Fights } from './fights.ts'
import type { FleetPrerequisites } from './prerequisites.ts'
import { neverWaits, type Readiness, waitsFor, waveNow } from './readiness.ts'

export interface RoundOptions {
  readonly view: ClusterView
  readonly planner: Planner
  readonly contention: Contention
  readonly fights: Fights
  readonly log: Log
  readonly metrics: Metrics
  readonly readiness: Readiness
  readonly prerequisites: FleetPrerequisites
  /** Takes the answer of a write into the cache without taking it for a change by somebody else. */
  readonly take: (change: () => void) => void
  /**
   * What is declared now: a round that takes long may have been overtaken by a commit. Undefined until it is
   * decided whether the installation advances to that: the next round brings it there.
   */
  readonly latest: () => DesiredState | undefined
  /** Which deletions of an installation may go, given what became of the writes before them. */
  readonly hold: (
    work: Work,
    deletions: readonly DeletePlan[],
    outcomes: readonly Outcome[],
  ) => Promise<Sorted>
}

export interface Round {
  readonly outcomes: readonly Outcome[]
  readonly changes: readonly Change[]
  /** To be planned again: what the server holds otherwise than it was asked, what may be applied now. */
  readonly unsettled: ReadonlySet<ObjectId>
  /** Milliseconds until objects that somebody else keeps changing are looked at again. */
  readonly contended: ReadonlyMap<ObjectId, number>
  /** What was thrown when all was written: the installation is to be looked at again. */
  readonly error?: unknown
}

/**
 * One round of work on one installation: plan, apply, note what was done.
 * @param planned the plans, where they are made already
 */
export async function reconcile(
  work: Work,
  declared: DesiredState,
  options: RoundOptions,
  planned?: readonly ObjectPlan[],
): Promise<Round> {
  const plans = planned ?? (await options.planner.plan(work, declared))
  const changes: Change[] = []
  const written = new Map<ObjectId, Written>()
  const contended = new Map<ObjectId, number>()
  const patient = await Promise.all(plans.map((plan) => deferContended(plan, contended, options)))
  const context = applyContext(work, declared, { changes, written }, options)
  const freed = new Set<ObjectId>()
  const applied = await applyInOrder(patient, context, { work, declared, freed }, options)
  const told = applied.map((outcome) => foughtOutcome(outcome, contended, options))
  const outcomes = await located(told, work, declared, options)
  const { unsettled, ...rest } = await settle(written, options)
  return { outcomes, changes, contended, unsettled: new Set([...unsettled, ...freed]), ...rest }
}

/** What was written stays told, whatever becomes of learning from it. */
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
  /** Takes refused objects that may be applied once others are gone. */
  readonly freed: Set<ObjectId>
}

/** An installation that Git no longer declares, and one that never waits, has no waves. */
async function applyInOrder(
  plans: readonly ObjectPlan[],
  context: ApplyContext,
  { work, declared, freed }: Order,
  { planner, readiness, hold }: RoundOptions,
): Promise<readonly Outcome[]> {
  const member = declared.members.get(work.name)
  const common = {
    apply: (some: readonly ObjectPlan[]) => applyPlan(some, context),
    hold: (deletions: readonly DeletePlan[], outcomes: readonly Outcome[]) => hold(work, deletions, outcomes),
    onFreed: (keys: Sorted['freed']) => {
      for (const key of keys) freed.add(idOf(key))
    },
  }
  if (member === undefined || neverWaits(member)) {
    const deletions = plans.filter(isDeletion)
    const outcomes = await applyPlan(
      plans.filter((plan) => !isDeletion(plan)),
      context,
    )
    if (deletions.length === 0) return outcomes
    return [...outcomes, ...(await applyDeletions(deletions, outcomes, { ...common, waveOf: () => 0 }))]
  }
  return applyInWaves(plans, {
    ...common,
    waveOf: (plan) =>
      plan.action === 'delete'
        ? waveOf(plan.live)
        : waveNow(member.name, { key: plan.key, object: plan.desired }, readiness),
    waitsFor: (wave) => waitsFor(member, wave, readiness),
    isHealing: (plan) => planner.isDrift(plan),
  })
}

async function located(
  outcomes: readonly Outcome[],
  { name }: Work,
  declared: DesiredState,
  { planner }: RoundOptions,
): Promise<readonly Outcome[]> {
  const faults = outcomes.flatMap((outcome) => ('fault' in outcome ? outcome.fault : []))
  // The faults count, also where their lines cannot be found.
  const found = await planner.located(faults, name, declared).catch(() => faults)
  const placed = new Map(faults.map((fault, index) => [fault, found[index] ?? fault]))
  const secrets = secretsOf(declared, name)
  return outcomes.map((outcome) =>
    'fault' in outcome
      ? redactOutcome({ ...outcome, fault: placed.get(outcome.fault) ?? outcome.fault }, secrets)
      : outcome,
  )
}

/** By the annotation an object is taken over without asking whether they are still at work. */
function warnOfFormerOwners(plan: ObjectPlan, installation: string, log: Log): void {
  const owners = takenOverFrom(plan).map(describeOwner)
  if (owners.length === 0) return
  const remedy = 'suspend it, or turn its automated sync off'
  log.warn(
    { installation, object: describeKey(plan.key), owners, remedy },
    'object taken over: its former owner may still be at work',
  )
}

interface Notes {
  readonly changes: Change[]
  readonly written: Map<ObjectId, Written>
}

function applyContext(
  work: Work,
  declared: DesiredState,
  { changes, written }: Notes,
  options: RoundOptions,
): ApplyContext {
  const { name } = work
  const { view, planner, log, metrics, take, latest } = options
  return {
    client: view.client,
    lane: name,
    resourceOf: (plan) => view.resourceOf(plan),
    replan: async (plan, live) => {
      const now = latest()
      return now ? planner.replan(name, plan, live, now) : { action: 'unchanged', key: plan.key }
    },
    prerequisites: options.prerequisites.of(work),
    onRetry: (what) => metrics.retried(what),
    onWarning: ({ key, origin }, warning) => {
      const place = origin && { file: origin.file, line: origin.line }
      const fields = { installation: name, object: describeKey(key), ...place }
      const told = secretsOf(declared, name)?.redact(warning) ?? warning
      log.warn({ ...fields, warning: told }, 'the API server warns')
    },
    onWritten: (plan, answer) => {
      const fields = plan.action === 'patch' ? changesOf(plan) : []
      warnOfFormerOwners(plan, name, log)
      const change = changeOf(plan, fields, planner)
      changes.push(change)
      metrics.wrote(change)
      noteWritten(plan, options)
      take(() => noteAnswer(plan, answer, view))
      if (answer !== undefined && 'desired' in plan) written.set(idOf(plan.key), writtenOf(plan, answer))
      const { action, object, reason } = change
      log.info({ installation: name, object, reason, ...(fields.length > 0 && { changes: fields }) }, action)
    },
  }
}

function writtenOf({ desired }: CreatePlan | PatchPlan, { metadata }: LiveObject): Written {
  return { desired, resourceVersion: metadata.resourceVersion }
}

function noteAnswer(plan: ObjectPlan, answer: LiveObject | undefined, { cache }: ClusterView): void {
  if (answer !== undefined) cache.put(answer)
  else if (plan.action === 'delete') cache.remove(plan.key, plan.live.metadata.uid)
}

function changeOf(plan: ObjectPlan, fields: readonly FieldChange[], planner: Planner): Change {
  const action = plan.action === 'create' ? 'created' : plan.action === 'delete' ? 'deleted' : 'patched'
  return {
    object: describeKey(plan.key),
    action,
    reason: planner.isDrift(plan) ? 'drift' : 'commit',
    ...(fields.length > 0 && { fields: fields.slice(0, 20).map(({ path }) => path) }),
  }
}
