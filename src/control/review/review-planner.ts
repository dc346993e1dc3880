import type { Merge } from '../../adapters/git/merge/merge.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { idOf } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import type { Settings } from '../../model/settings.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { chartCluster } from '../../stages/live/chart-cluster.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { ChartCluster } from '../../stages/render/helm/chart-cluster.ts'
import { pastReleaseIn } from '../../stages/report/last-synced-revision.ts'
import { recordedRevision } from '../../stages/report/recorded-revision.ts'
import { objectChanges } from '../../stages/review/object-changes.ts'
import { declaredState } from '../../stages/review/reviewed/declared-state.ts'
import type { TouchedInstallation } from '../../stages/review/touched-installation.ts'
import { Limit } from '../../support/concurrency/limit.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import type { AskedSources, Sources } from '../fleet/asked-sources.ts'
import { crdsIn, type DesiredState } from '../fleet/desired-state.ts'
import { declareFleet, type Fleet, type FleetOptions } from '../fleet/fleet.ts'
import { isHeld, type Member } from '../fleet/member.ts'
import { PinnedCompositions } from '../fleet/pinned-compositions.ts'
import { placementOf } from '../fleet/placement-of.ts'
import { Renderers } from '../fleet/renderers.ts'
import type { RepositoryParts } from '../fleet/repository-parts.ts'
import { advanceCheck } from '../planner/check-advance.ts'
import { checkAll } from '../planner/check-plan.ts'
import { DryRuns } from '../planner/dry-runs.ts'
import { fenceOf } from '../planner/guard-of.ts'
import { holdPlanned } from '../planner/hold-planned.ts'
import type { Planner, PlannerOptions } from '../planner/planner.ts'
import { PlanningParts } from '../planner/planning-parts.ts'
import { InheritedDigests } from '../rollout/inherited-digests.ts'
import type { SealKey } from '../seal/seal-key.ts'
import type { Asked } from './asked.ts'
import type { Change, ChangePlan } from './change-plan.ts'
import { type Proposed, withProposed } from './commit-source.ts'
import { FinalFleets } from './final-fleets.ts'
import { forecastChangePlan } from './forecast-change-plan.ts'
import { mergedSnapshot } from './merged-snapshot.ts'
import { isOnItsOwn, isSameBasis, type PlanBasis, planBasis } from './plan-basis.ts'
import { type FleetState, mergedState, type StateOptions, stateOf } from './target-state.ts'
import { WITHOUT_KEYS } from './without-keys.ts'

/** Maximum number of objects that a change acts on: all of them are shown at once. */
const MOST_OBJECTS = 10_000
/** Maximum number of installations that are planned at once, and of objects of each that the API server is asked about. */
const [AT_ONCE, PART] = [16, 64]

export interface ReviewPlannerOptions {
  readonly settings: Settings
  readonly source: RepositoryParts
  readonly view: ClusterView
  readonly sealKey: Pick<SealKey, 'sealer'>
  /** Of the followed branch: its renderer program is shared, and changes of strangers fetch only what it asked for. */
  readonly followed: { readonly renderers: Renderers; readonly sources: AskedSources }
  readonly records: () => Iterable<InstallationStatus>
  readonly record: (name: string) => InstallationStatus | undefined
  /** A member of the followed branch, as the controller of this process has it. */
  readonly known: (name: string) => Member | undefined
  /** Whether known members are as they are applied, and not all at the head; by default they are. */
  readonly areKnownApplied?: boolean
  readonly settled: PlannerOptions['settled']
  readonly log: Log
}

/**
 * Plans changes as merging them would have it, one at a time. Only installations that a change touches are rendered
 * and planned; the rest is what the target's head declares.
 */
export class ReviewPlanner implements AsyncDisposable {
  readonly #options: ReviewPlannerOptions
  readonly #renderers: { readonly own: Renderers; readonly ofOthers: Renderers }
  readonly #parts: PlanningParts
  readonly #planner: Planner
  readonly #pinned: PinnedCompositions
  readonly #final: FinalFleets
  /** Of what a stranger proposes, with what a stranger may fetch. */
  readonly #digests: { readonly own: InheritedDigests; readonly ofOthers: InheritedDigests }
  /** What is planned now. */
  #proposed: PlannedNow | undefined
  #target: FleetState | undefined

  constructor(options: ReviewPlannerOptions) {
    const { source, view, followed } = options
    this.#options = options
    this.#renderers = {
      own: this.#renderersWith(source.sources, {
        decrypt: source.keyring.decrypt,
        shown: (cluster) => cluster,
      }),
      ofOthers: this.#renderersWith(followed.sources.ofOthers, {
        decrypt: WITHOUT_KEYS.decrypt,
        shown: withoutLookups,
      }),
    }
    this.#parts = this.#partsFor(view)
    this.#planner = this.#parts.planner()
    this.#pinned = new PinnedCompositions({
      snapshotAt: (commit) => source.branchSnapshot(commit),
      decrypt: source.keyring.decrypt,
      onUnforeseen: logUnforeseen(options.log),
    })
    const { own, ofOthers } = this.#renderers
    this.#digests = { own: new InheritedDigests(own), ofOthers: new InheritedDigests(ofOthers) }
    this.#final = new FinalFleets(() => this.#fleetOptions(this.#renderers.own, false))
  }

  /**
   * @param target the fleet at the head of the target
   * @param known what the API server was asked about the change before, and the basis of its last plan, where nothing
   * has changed in the cluster since
   * @returns undefined where the plan is the last one
   * @throws FaultError if Git or the cluster cannot be read, or the change is too large
   */
  async plan(
    change: Change,
    target: Fleet,
    known: KnownOfChange,
    signal?: AbortSignal,
  ): Promise<ChangePlan | undefined> {
    const { settings, source } = this.#options
    const onto = { branch: settings.branch, commit: target.commit.oid }
    const merge = await source.repository.merge(change, onto, { signal })
    if (merge === undefined) return untouched(merge, true, target)
    if (merge.conflicts.length > 0) return untouched(merge, false, target)
    if (merge.tree === (await source.repository.treeOf(onto.commit))) return untouched(merge, true, target)
    const snapshot = await mergedSnapshot(source.repository, merge, settings.path)
    const renderers = change.isFork ? this.#renderers.ofOthers : this.#renderers.own
    const proposed = { merge, snapshot, renderers, isFork: change.isFork }
    return this.#planProposed(proposed, target, { ...known, signal })
  }

  /** Like plan, for a directory: what it declares, less what the target's head has pending anyway. */
  planDirectory(snapshot: Snapshot, target: Fleet, asked: Asked): Promise<ChangePlan | undefined> {
    const proposed = { merge: undefined, snapshot, renderers: this.#renderers.own, isFork: false }
    return this.#planProposed(proposed, target, { asked })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#renderers.own[Symbol.asyncDispose]()
    await this.#renderers.ofOthers[Symbol.asyncDispose]()
  }

  async #planProposed(proposed: PlannedNow, target: Fleet, asking: Asking): Promise<ChangePlan | undefined> {
    this.#proposed = proposed
    try {
      asking.signal?.throwIfAborted()
      const final = await this.#final.of(target)
      asking.signal?.throwIfAborted()
      const fleet = await this.#declare(proposed, final)
      asking.signal?.throwIfAborted()
      return await this.#planAfter(proposed.merge, fleet, final, asking)
    } finally {
      this.#proposed = undefined
    }
  }

  #declare({ snapshot, renderers, isFork }: PlannedNow, target: Fleet): Promise<Fleet> {
    return declareFleet(snapshot, this.#fleetOptions(renderers, isFork), target)
  }

  /** Without rollouts: those only decide when installations come there. */
  #fleetOptions(renderers: Renderers, isFork: boolean): FleetOptions {
    const { settings, source, record, log } = this.#options
    return {
      placement: placementOf(settings),
      renderers,
      ...(isFork ? WITHOUT_KEYS : { decrypt: source.keyring.decrypt }),
      pastRelease: (name: string) => pastReleaseIn(record(name)),
      onUnforeseen: logUnforeseen(log),
      keepsKnown: true,
      compose: (head) => this.#pinned.of(head, isFork),
    }
  }

  async #planAfter(
    merge: Merge | undefined,
    fleet: Fleet,
    target: Fleet,
    { asked, basis: last, signal }: Asking,
  ): Promise<ChangePlan | undefined> {
    const view = this.#options.view.withCrds(crdsIn(fleet))
    const parts = view === this.#options.view ? this.#parts : this.#partsFor(view)
    const planner = parts === this.#parts ? this.#planner : parts.planner()
    const before = this.#stateOf(target)
    const { state: after, touched } = mergedState(fleet, before, this.#stateOptions(view))
    const basis = planBasis(touched, { before, after }, view.kinds)
    if (isSameBasis(last, basis)) return undefined
    const dryRuns = new DryRuns()
    const context = { view, planner, before, after, asked, dryRuns, signal }
    const room = { left: MOST_OBJECTS }
    const inTurn = new Limit({ atOnce: AT_ONCE })
    const planned = await Promise.all(
      touched.map((name) =>
        inTurn.run(async () => {
          signal?.throwIfAborted()
          return inRoom(room, await this.#planOne(name, context))
        }),
      ),
    )
    asked.keep()
    this.#planner.keep(before.declared)
    const held = await this.#hold(planned, { declared: after.declared, head: fleet.commit.oid, parts })
    const digests = this.#proposed?.isFork ? this.#digests.ofOthers : this.#digests.own
    const rollout = await forecastChangePlan({ before: target, after: fleet, touched: held }, digests)
    return {
      merge,
      isInTarget: false,
      ...(rollout && { rollout }),
      installations: fleet.installations.size,
      touched: held,
      dryRun: dryRuns.result,
      ...(isOnItsOwn(held) && { basis }),
    }
  }

  #stateOf(target: Fleet): FleetState {
    if (this.#target?.fleet !== target)
      this.#target = stateOf(target, this.#stateOptions(this.#options.view), this.#target)
    return this.#target
  }

  #stateOptions({ kinds }: ClusterView): StateOptions {
    const { settings, record, known, log } = this.#options
    return { placement: { kinds, namespace: settings.namespace }, record, known, log }
  }

  async #planOne(name: string, context: PlanContext): Promise<TouchedInstallation> {
    const { view, planner, before, after, asked, dryRuns, signal } = context
    const [was, is] = [before.declared.members.get(name), after.declared.members.get(name)]
    const id = (is ?? was)?.id ?? ''
    const plansAt = ({ declared, fleet }: FleetState) =>
      planner.plan({ name, id, scope: 'all', head: fleet.commit.oid }, declared)
    // First at the target: what it declares is the base of the other.
    const atTarget = await plansAt(before)
    const atMerge = await plansAt(after)
    const sorted = objectChanges(
      { objects: was?.objects ?? new Map(), plans: atTarget },
      { objects: is?.objects ?? new Map(), plans: atMerge },
    )
    const plans = sorted.changes.map(({ plan }) => plan)
    const checks = { declared: after.declared, view, dryRuns, mayReplace: true }
    if (plans.length > MOST_OBJECTS) throw tooManyObjects()
    const answered = await asked.about(plans, (unknown) =>
      inParts(unknown, signal, (part) => checkAll(name, part, planner, checks)),
    )
    const byId = new Map(answered.map((plan) => [idOf(plan.key), plan]))
    const refused = is && is.attempted.faults.length === 0 ? await this.#refusals(is, answered, context) : []
    return {
      name,
      before: before.fleet.installations.get(name),
      held: await this.#heldAt(name, is ?? was),
      behind: await this.#behindAt(name, was),
      after: after.fleet.installations.get(name),
      changes: sorted.changes.flatMap((change) => {
        const plan = byId.get(idOf(change.plan.key))
        return plan ? [{ ...change, plan }] : []
      }),
      pending: sorted.pending,
      refused,
    }
  }

  /** What is applied of an installation that is held. */
  async #heldAt(name: string, member: Member | undefined): Promise<Installation | undefined> {
    const { known, record } = this.#options
    const own = known(name)
    if (own) return isHeld(own) ? (own.target?.whole ?? own.target?.installation) : undefined
    const applied = record(name)?.applied
    return applied && member && this.#parts.history.installationAt(applied, member.id)
  }

  /** What is applied of an installation that a rollout has not brought to the target's head yet. */
  async #behindAt(name: string, before: Member | undefined): Promise<Installation | undefined> {
    const { known, record, areKnownApplied = true } = this.#options
    const own = areKnownApplied ? known(name) : undefined
    if (own) return isHeld(own) || own.attempted === before?.attempted ? undefined : own.target?.installation
    const recorded = record(name)
    if (recorded?.inherits === undefined || before === undefined) return undefined
    const applied = await this.#parts.history.installationAt(recordedRevision(recorded), before.id)
    const isSame = applied && declaredState(applied) === declaredState(before.attempted)
    return isSame ? undefined : applied
  }

  async #refusals(member: Member, plans: readonly ObjectPlan[], { view, planner, after }: PlanContext) {
    return advanceCheck({ view, planner })(member, plans, after.declared)
  }

  /** Holds the deletions that a sync would hold back. */
  async #hold(
    planned: readonly TouchedInstallation[],
    {
      declared,
      head,
      parts,
    }: { readonly declared: DesiredState; readonly head: string; readonly parts: PlanningParts },
  ): Promise<readonly TouchedInstallation[]> {
    const plans = new Map(planned.map(({ name, changes }) => [name, changes.map(({ plan }) => plan)]))
    const held = await holdPlanned({
      declared,
      head,
      namespace: this.#options.settings.namespace,
      lastDeclarations: parts.lastDeclarations,
      plans,
    })
    return planned.map((one) => {
      const plansNow = held.get(one.name)
      if (plansNow === undefined) return one
      return {
        ...one,
        changes: one.changes.map((change, index) => ({ ...change, plan: plansNow[index] ?? change.plan })),
      }
    })
  }

  #renderersWith(sources: Sources, { decrypt, shown }: Allowances): Renderers {
    const { settings, view, followed } = this.#options
    const { lookupSecrets = 'followed' } = settings
    const budgets = processBudgets()
    return new Renderers({
      decrypt,
      sources,
      remoteBases: settings.remoteBases,
      cluster: async () => {
        const guard = fenceOf(settings, view)
        return shown(await chartCluster(view, { refusesSecrets: lookupSecrets !== 'any', guard }))
      },
      engine: () => followed.renderers.engine(),
      budgets: { ...budgets, templates: Math.ceil(budgets.templates / 8) },
    })
  }

  #partsFor(view: ClusterView): PlanningParts {
    const { settings, source, sealKey, records, record, settled, log } = this.#options
    return new PlanningParts({
      settings,
      source: withProposed(source, () => this.#proposed),
      view,
      renderers: () => this.#proposed?.renderers ?? this.#renderers.own,
      fleet: () => this.#target?.fleet,
      directory: () => (this.#proposed?.merge ? undefined : this.#proposed?.snapshot),
      records,
      record,
      sealKey: {
        get sealer() {
          return sealKey.sealer
        },
        onLoaded: () => {},
      },
      settled,
      log,
    })
  }
}

/** What a change may see, depending on whose it is. */
interface Allowances {
  readonly decrypt: Decrypt
  readonly shown: (cluster: ChartCluster) => ChartCluster
}

/** What a stranger's chart makes of the cluster's objects would be shown to everybody. */
function withoutLookups(cluster: ChartCluster): ChartCluster {
  const lookup: ChartCluster['lookup'] = async ({ kind }) => {
    throw new FaultError(fault('fork-lookup', kind))
  }
  return { ...cluster, lookup }
}

function untouched(merge: Merge | undefined, isInTarget: boolean, { installations }: Fleet): ChangePlan {
  return { merge, isInTarget, installations: installations.size, touched: [], dryRun: { shown: 'all' } }
}

/** What is planned now. */
interface PlannedNow extends Proposed {
  readonly renderers: Renderers
  readonly isFork: boolean
}

/** What is known of a change that was planned before. */
export interface KnownOfChange {
  readonly asked: Asked
  readonly basis?: PlanBasis | undefined
}

interface Asking extends KnownOfChange {
  readonly signal?: AbortSignal | undefined
}

interface PlanContext {
  readonly view: ClusterView
  readonly planner: Planner
  readonly before: FleetState
  readonly after: FleetState
  readonly asked: Asked
  readonly dryRuns: DryRuns
  readonly signal: AbortSignal | undefined
}

/** Plans objects in parts, so that a plan whose time is up ends soon. */
async function inParts(
  plans: readonly ObjectPlan[],
  signal: AbortSignal | undefined,
  plan: (part: readonly ObjectPlan[]) => Promise<readonly ObjectPlan[]>,
): Promise<readonly ObjectPlan[]> {
  const done: ObjectPlan[] = []
  for (let at = 0; at < plans.length; at += PART) {
    signal?.throwIfAborted()
    done.push(...(await plan(plans.slice(at, at + PART))))
  }
  return done
}

/** @throws FaultError review-too-large */
function inRoom(room: { left: number }, planned: TouchedInstallation): TouchedInstallation {
  room.left -= planned.changes.length + planned.pending.length
  if (room.left < 0) throw tooManyObjects()
  return planned
}

function tooManyObjects(): FaultError {
  return new FaultError(fault('review-too-large', `it acts on more than ${MOST_OBJECTS} objects`))
}
