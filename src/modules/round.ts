import type { ApplyContext } from '../apply/apply-object.ts'
import { applyPlan } from '../apply/apply-plan.ts'
import { describeOwner } from '../model/former-owner.ts'
import { describeKey, idOf, type LiveObject, type ObjectId } from '../model/object.ts'
import type { CreatePlan, ObjectPlan, PatchPlan } from '../model/plan.ts'
import type { Change, Outcome } from '../model/status.ts'
import { waveOf } from '../model/wave.ts'
import { changesOf, type FieldChange } from '../plan/describe/changes.ts'
import { takenOverFrom } from '../plan/ownership/taken-over-from.ts'
import { applyInWaves } from './apply-in-waves.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Contention } from './contention.ts'
import { type Declared, isComing, type Member, secretsOf } from './declared.ts'
import { deferContended } from './defer-contended.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Planner } from './planner.ts'
import { neverWaits, type Readiness, waitsFor, waveNow } from './readiness.ts'
import { outcomeWithout } from './without-secrets.ts'
import type { Work, Written } from './work.ts'

export interface RoundOptions {
  readonly view: ClusterView
  readonly planner: Planner
  readonly contention: Contention
  readonly log: Log
  readonly metrics: Metrics
  readonly readiness: Readiness
  /** Takes the answer of a write into the cache without taking it for a change by somebody else. */
  readonly take: (change: () => void) => void
  /** What is declared now: a round that takes long may have been overtaken by a commit. */
  readonly latest: () => Declared
}

export interface Round {
  readonly outcomes: readonly Outcome[]
  readonly changes: readonly Change[]
  /** Objects that the server holds otherwise than it was asked: to be planned again. */
  readonly unsettled: ReadonlySet<ObjectId>
  /** Milliseconds until objects that somebody else keeps changing are looked at again. */
  readonly contended: ReadonlyMap<ObjectId, number>
}

/** One round of work on one installation: plan, apply, note what was done. */
export async function workRound(work: Work, declared: Declared, options: RoundOptions): Promise<Round> {
  const plans = await options.planner.plan(work, declared)
  const changes: Change[] = []
  const written = new Map<ObjectId, Written>()
  const contended = new Map<ObjectId, number>()
  const patient = await Promise.all(plans.map((plan) => deferContended(plan, contended, options)))
  const context = applyContext(work, declared, { changes, written }, options)
  const applied = await applyInOrder(patient, context, declared.members.get(work.name), options)
  const outcomes = await Promise.all(applied.map((outcome) => located(outcome, work, declared, options)))
  const unsettled = await options.planner.settle(written)
  return { outcomes, changes, contended, unsettled }
}

/** An installation that Git no longer declares, and one that never waits, is done in one go. */
function applyInOrder(
  plans: readonly ObjectPlan[],
  context: ApplyContext,
  member: Member | undefined,
  { planner, readiness }: RoundOptions,
): Promise<readonly Outcome[]> {
  if (member === undefined || neverWaits(member)) return applyPlan(plans, context)
  return applyInWaves(plans, {
    apply: (some) => applyPlan(some, context),
    waveOf: (plan) =>
      plan.action === 'delete'
        ? waveOf(plan.live)
        : waveNow(member.name, { key: plan.key, object: plan.desired }, readiness),
    waitsFor: (wave) => waitsFor(member, wave, readiness),
    isHealing: (plan) => planner.isDrift(plan),
  })
}

async function located(
  outcome: Outcome,
  { name }: Work,
  declared: Declared,
  { planner }: RoundOptions,
): Promise<Outcome> {
  if (!('fault' in outcome)) return outcome
  const fault = await planner.located(outcome.fault, name, declared)
  return outcomeWithout({ ...outcome, fault }, secretsOf(declared, name))
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
  { name }: Work,
  declared: Declared,
  { changes, written }: Notes,
  options: RoundOptions,
): ApplyContext {
  const { view, planner, log, metrics, take, latest } = options
  return {
    client: view.client,
    resourceOf: (plan) => view.resourceOf(plan),
    replan: (plan, live) => planner.replan(name, plan, live, latest()),
    isComing: (plan, lacks) => isComing(plan.desired, lacks, declared, view),
    onWarning: ({ key, origin }, warning) => {
      const place = origin && { file: origin.file, line: origin.line }
      const fields = { installation: name, object: describeKey(key), ...place }
      const told = secretsOf(declared, name)?.without(warning) ?? warning
      log.warn({ ...fields, warning: told }, 'the API server warns')
    },
    onWritten: (plan, answer) => {
      const fields = plan.action === 'patch' ? changesOf(plan) : []
      warnOfFormerOwners(plan, name, log)
      const change = changeOf(plan, fields, planner)
      changes.push(change)
      metrics.wrote(change)
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
