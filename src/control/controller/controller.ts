import { setTimeout as sleep } from 'node:timers/promises'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { type Fault, FaultError } from '../../model/fault.ts'
import { INSTALLATION_LABEL, OWN_GROUP } from '../../model/labels.ts'
import { idOf, isBeingDeleted, type LiveObject, type ObjectId, type ObjectKey } from '../../model/object.ts'
import type { Retry } from '../../model/retry.ts'
import type { Revision } from '../../model/revision.ts'
import type { Outcome } from '../../model/status.ts'
import { isStatusOnly } from '../../stages/live/is-status-only.ts'
import type { KindTrouble, LiveChange } from '../../stages/live/live-cache.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Fence } from '../../stages/plan/tenancy/refusal-of.ts'
import { redactFault } from '../../stages/report/redact-secrets.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { type Scope, WorkQueue } from '../../support/concurrency/work-queue.ts'
import { faultFields } from '../../support/telemetry/log.ts'
import type { Metrics } from '../../support/telemetry/metrics.ts'
import type { PendingDeletions } from '../deletion/pending-deletions.ts'
import { type Compositions, NO_COMPOSITIONS } from '../fleet/compositions.ts'
import { type DesiredState, secretsOf } from '../fleet/desired-state.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetDeclarer } from '../fleet/fleet-declarer.ts'
import type { LastDeclarations } from '../fleet/last-declarations.ts'
import { derivedIdOf, isHeld, type Member } from '../fleet/member.ts'
import { Contention } from '../gates/contention.ts'
import { Fights } from '../gates/fights.ts'
import type { HoldContext } from '../gates/hold-deletions.ts'
import { isProgressing } from '../gates/readiness.ts'
import { unresolvedOf } from '../gates/unresolved-of.ts'
import type { FreeRemoval, RemovalWait } from '../gates/wait-for-grace.ts'
import { Hooks } from '../jobs/hooks.ts'
import { Operations } from '../jobs/operations.ts'
import { preparationOf } from '../jobs/preparation-of.ts'
import type { CheckAdvance } from '../planner/check-advance.ts'
import type { Planner } from '../planner/planner.ts'
import { type Suspension, suspensionOf } from '../planner/suspension.ts'
import type { Work } from '../planner/work.ts'
import type { ReviewedPlans } from '../reviewed/reviewed-plans.ts'
import { Newcomers } from '../sync/newcomers.ts'
import { FleetPrerequisites } from '../sync/prerequisites.ts'
import { type Round, type RoundOptions, reconcile } from '../sync/reconcile.ts'
import type { RemovalOptions } from '../sync/removal.ts'
import { SyncState } from '../sync/sync-state.ts'
import { Waiting } from '../sync/waiting.ts'
import { Advances } from './advances.ts'
import { DeclaredFleet, type DeclaredFleetOptions } from './declared-fleet.ts'
import { DerivedDocuments } from './derived-documents.ts'
import { KindsRefresh } from './kinds-refresh.ts'
import { logFaults } from './log-faults.ts'
import { Observer, type ObserverOptions } from './observer.ts'
import { Recovery, type RecoveryOptions, type Unrecorded } from './recovery.ts'
import { ReviewedMoves } from './reviewed-moves.ts'

export interface ControllerOptions
  extends DeclaredFleetOptions,
    Pick<RecoveryOptions, 'recentCommits'>,
    Pick<ObserverOptions, 'groups' | 'hasKeys' | 'rules' | 'log'> {
  readonly declarer: FleetDeclarer
  readonly planner: Planner
  readonly lastDeclarations: LastDeclarations
  readonly check: CheckAdvance
  readonly metrics: Metrics
  /** Which installations move only as reviewed, and what was reviewed. */
  readonly reviewed: ReviewedPlans
  /** Name of the Repository. */
  readonly repository: string
  /** What the configuration allows. */
  readonly guard: Fence
  /** Seals what others may not write; undefined where there is no key. */
  readonly sealer: () => Sealer | undefined
}

/** Decides when what Git no longer declares goes. */
type Deletions = Pick<PendingDeletions, 'waitOf' | 'recordOf' | 'refusal' | 'isMoving'>

/** What is known of rollouts. */
interface Movement {
  /** Whether they bring installations somewhere. */
  readonly isMoving: boolean
  /** Why nothing can be decided about them. */
  readonly failure: Fault | undefined
}

const OBSERVE_AFTER_MS = 100
/** Delays between checks of a waiting installation; a change of what it waits for wakes it earlier. */
const WAITS: Pace = { firstMs: 1_000, longestMs: 60_000 }
/** Longest time until a deletion that comes later is looked at again, in milliseconds. */
const LONGEST_KEPT_MS = 86_400_000
/** Delay between checks for completion in idle(), in milliseconds. */
const LOOK_EVERY_MS = 200

/**
 * Reconciles every installation with Git. A commit queues the installations that it changes, a change in the
 * cluster queues the changed object; nothing else runs while all is in sync.
 */
export class Controller implements AsyncDisposable {
  readonly #options: ControllerOptions
  readonly #queue = new WorkQueue<ObjectId>((name, scope) => this.#work(name, scope))
  readonly #states = new Map<string, SyncState>()
  readonly #waiting = new Waiting()
  readonly #contention = new Contention()
  readonly #newcomers = new Newcomers()
  readonly #fights = new Fights()
  readonly #timers = new Timers()
  /** By names of installations. */
  readonly #observations = new Timers()
  readonly #fleet: DeclaredFleet
  readonly #kinds: KindsRefresh
  readonly #observer: Observer
  readonly #advances: Advances
  readonly #moves: ReviewedMoves
  readonly #hooks: Hooks
  readonly #operations: Operations
  readonly #recovery: Recovery
  readonly #derived: DerivedDocuments
  readonly #prerequisites: FleetPrerequisites
  #onRound: () => void = () => {}
  #rollouts: Movement = { isMoving: false, failure: undefined }
  #departures: Deletions | undefined
  #saidOwnKinds = false
  #told: Compositions = NO_COMPOSITIONS
  /** Installation whose own write is being put into the cache. */
  #taking: string | undefined

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#fleet = new DeclaredFleet(options)
    const fleet = this.#fleet
    this.#kinds = new KindsRefresh({
      ...options,
      fleet,
      onRefreshed: (before) => this.#onRefreshed(before),
    })
    const jobs = {
      ...options,
      client: options.view.client,
      record: (name: string) => options.statuses.get(name),
    }
    this.#operations = new Operations({
      ...jobs,
      accountOf: (name) => this.declared.members.get(name)?.attempted.serviceAccount,
      onNews: (name) => this.#observeSoon(name),
    })
    this.#hooks = new Hooks({
      ...jobs,
      operations: this.#operations,
      onNews: (name) => this.#queue.add(name, 'all'),
    })
    this.#observer = new Observer({
      ...options,
      fleet,
      deletionOf: (name) => this.#departures?.recordOf(name),
      hooks: this.#hooks,
      operations: this.#operations,
      onNews: (name) => this.#observeSoon(name),
    })
    this.#moves = new ReviewedMoves({ fleet, plans: options.reviewed, view: options.view })
    this.#advances = new Advances({
      ...options,
      fleet,
      unreviewed: async (member, candidate, head) =>
        candidate.attempted.pendingDeletion ? [] : this.#moves.refusals(member, candidate, head),
      beforeMove: (member, candidate, isWriting) =>
        this.#hooks.beforeMove({
          installation: candidate.attempted,
          isWriting,
          isSuspended: suspensionOf(member, options.view.cache) !== undefined,
        }),
      preparationOf: (candidate) => preparationOf(candidate, options.statuses.get(candidate.name)),
      onHeld: (name, faults) => this.#onHeld(name, faults),
    })
    this.#recovery = new Recovery(options)
    this.#derived = new DerivedDocuments({
      log: options.log,
      onRetry: (names) => {
        for (const name of names) this.#tryAgain(name, 'all', 'installation')
      },
    })
    this.#prerequisites = new FleetPrerequisites({
      view: options.view,
      declared: () => this.declared,
      whyNot: (name, id) => this.#whyNot(name, id),
      onRetry: () => options.metrics.retried('readiness'),
    })
    options.view.cache.onChange((change) => this.#onChange(change))
    options.view.cache.onTrouble((trouble) => this.#onTrouble(trouble))
    options.metrics.onInstallations(() => [...options.statuses.all()].map(({ state }) => state))
    options.declarer.onFleet((fleet) => this.#moveTo(fleet))
  }

  /** Whether this process has looked at all of an installation, and reported how it is. */
  isSeen(name: string): boolean {
    const state = this.#states.get(name)
    return state?.source !== undefined || state?.broken !== undefined
  }

  /** The commit that the fleet is at; undefined before the first. */
  get commit(): string | undefined {
    return this.#fleet.commit
  }

  get declared(): DesiredState {
    return this.#fleet.declared
  }

  /** Looks for reviews of what installations are held for; nothing where none is. */
  async lookForReviews(signal?: AbortSignal): Promise<void> {
    const { reviewed } = this.#options
    if (reviewed.held.size === 0 || !(await reviewed.refresh(signal))) return
    for (const name of reviewed.held) this.#queue.add(name, 'all')
  }

  /** Why nothing of an installation that Git no longer declares is deleted; undefined where it may be. */
  async removalRefusal(name: string, id: string, head: string): Promise<Fault | undefined> {
    const kept = await this.#departures?.refusal(name, head)
    return kept ?? this.#moves.removalRefusal(name, id, head)
  }

  /** Id of an installation: the value of its objects' label. */
  idOf(name: string): string {
    return this.#fleet.idOf(name)
  }

  /** What is applied of an installation that Git no longer declares, as far as its objects tell. */
  async removedRevision(name: string): Promise<Revision | undefined> {
    const target = await this.#fleet.removedTarget(name, this.#fleet.idOf(name))
    return target === 'allowed' ? undefined : target?.revision
  }

  /** Refreshes discovery, and continues installations that waited for a kind. */
  refreshKinds(): Promise<void> {
    return this.#kinds.now()
  }

  /** Tells the listener whether an object waits for its kind to be served, whenever that may have changed. */
  onWaiting(listener: (isWaiting: boolean) => void): void {
    this.#kinds.onWaiting(listener)
  }

  /** Sets the rollouts that bring installations somewhere. */
  follow(rollouts: Movement): void {
    this.#rollouts = rollouts
  }

  /** Sets what decides when installations go that Git no longer declares; without it, they go at once. */
  removeBy(deletions: Deletions): void {
    this.#departures = deletions
  }

  /** Calls the listener after each round of work on an installation. */
  onRound(listener: () => void): void {
    this.#onRound = listener
  }

  /**
   * Resolves when no work is left, including waiting installations that may still progress. Does not wait for
   * retries of failed work.
   * @throws FaultError if nothing can be decided about rollouts
   */
  async idle(): Promise<void> {
    for (;;) {
      await this.#queue.idle()
      if (this.#kinds.isDue) {
        await sleep(this.#kinds.pauseMs)
        await this.#kinds.now()
      } else if (this.#isGoingOn()) await sleep(LOOK_EVERY_MS)
      else {
        // Rollouts may go on after what is seen only now.
        for (const name of this.#states.keys()) this.#observe(name)
        if (!this.#isMoving) break
      }
    }
    const { failure } = this.#rollouts
    if (failure) throw new FaultError(failure)
  }

  /** Resolves when the statuses of Installation objects and Events are written, or an attempt failed. */
  reported(): Promise<void> {
    return this.#observer.reported()
  }

  /** Resolves when the queue is empty, with the number of installations that are not as Git declares them. */
  async settled(): Promise<number> {
    await this.#queue.idle()
    this.#options.planner.keep(this.declared)
    const { members } = this.declared
    const names = new Set([...this.#states.keys(), ...members.keys()])
    return [...names].filter((name) => {
      const member = members.get(name)
      return this.#states.get(name)?.isDone !== true || (member !== undefined && isHeld(member))
    }).length
  }

  /** Cancels timers, waits for work under way, and reports all that was written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers[Symbol.dispose]()
    this.#kinds[Symbol.dispose]()
    this.#derived[Symbol.dispose]()
    await this.#queue[Symbol.asyncDispose]()
    this.#observations[Symbol.dispose]()
    for (const [name, state] of this.#states) this.#observer.tellWrites(name, state)
    await this.#hooks[Symbol.asyncDispose]()
    await this.#operations[Symbol.asyncDispose]()
    await this.#observer[Symbol.asyncDispose]()
  }

  /** Queues the installations that a fleet changes, and those that are not done. */
  async #moveTo(fleet: Fleet): Promise<void> {
    const before = this.declared
    const told = this.#told
    await this.#fleet.moveTo(fleet)
    this.#told = fleet.compositions
    this.#newcomers.note(before, this.declared)
    this.#kinds.noteMoved()
    this.#sayOwnKinds()
    for (const name of this.#fleet.names(before)) if (this.#isDue(name, before)) this.#queue.add(name, 'all')
    for (const name of newlyTold(told, fleet.compositions)) this.#observeSoon(name)
  }

  /** Logs once that own kinds are missing: without them everything works except what kubectl shows. */
  #sayOwnKinds(): void {
    if (this.#saidOwnKinds || !this.#fleet.lacksOwnKinds) return
    this.#saidOwnKinds = true
    this.#options.log.info(
      { remedy: 'reeve crds | kubectl apply -f -' },
      'the cluster does not serve Installation and InstallationGroup: kubectl cannot show them',
    )
  }

  #isDue(name: string, before: DesiredState): boolean {
    const state = this.#states.get(name)
    if (state === undefined || !state.isDone) return true
    return before.members.get(name) !== this.declared.members.get(name)
  }

  async #work(name: string, scope: Scope<ObjectId>): Promise<void> {
    const { metrics } = this.#options
    const started = performance.now()
    const state = this.#stateOf(name)
    this.#waiting.begin(name)
    const work: Work = { name, id: this.#fleet.idOf(name), scope, head: this.commit ?? '' }
    const source = scope === 'all' ? (this.declared.members.get(name)?.attempted.source ?? '') : undefined
    const record = this.#options.statuses.get(name)
    if (scope === 'all') state.suspension = this.#suspensionOf(name)
    try {
      const before = this.declared
      const { declared, plans } = await this.#advances.decide(work)
      if (declared !== before) this.#newcomers.note(before, declared)
      state.isHeld = (declared.members.get(name)?.refused.length ?? 0) > 0
      const round = await reconcile(work, declared, this.#roundOptions(name), plans)
      if (scope === 'all' && state.source === undefined)
        await this.#recover({ ...work, declared, record, outcomes: round.outcomes })
      this.#noteRound(work, state, round, source)
      metrics.synced(round.outcomes, (performance.now() - started) / 1000)
    } catch (error) {
      this.#break(name, state, error)
      this.#retry(name, state)
    }
    this.#prerequisites.end(name)
    if (this.#suspensionOf(name) !== state.suspension) this.#queue.add(name, 'all')
    this.#observe(name)
    this.#wake(name, scope === 'all')
    this.#onRound()
  }

  /** Notes the writes of an earlier process that ended before it recorded them. */
  async #recover(unrecorded: Unrecorded): Promise<void> {
    const writes = await this.#recovery.find(unrecorded)
    for (const write of writes) this.#stateOf(unrecorded.name).noteWrite(write)
  }

  /** @param source source of the installation that the round was about, if it was about all of it */
  #noteRound({ name, scope }: Work, state: SyncState, round: Round, source: string | undefined): void {
    const { log } = this.#options
    const outcomes = this.#derived.leaveOut(name, round.outcomes, this.declared.members.get(name))
    const news = state.note(outcomes, source).filter(({ fault }) => fault.code !== 'unproven-mark')
    logFaults(name, news, log)
    const { wait } = state
    if (this.#waiting.note(name, wait)) log.info({ installation: name, for: wait?.reason }, 'waiting')
    if (this.#waiting.isOutdated(name, this.declared)) this.#queue.add(name, 'all')
    if (scope === 'all') state.leavingUntil = round.leavingUntil
    if (round.error !== undefined) this.#break(name, state, round.error)
    this.#again(name, state, round)
  }

  #suspensionOf(name: string): Suspension | undefined {
    const member = this.declared.members.get(name)
    return member && suspensionOf(member, this.#options.view.cache)
  }

  /** Records an error that ended a round early; it is reported until a round completes. */
  #break(name: string, state: SyncState, error: unknown): void {
    const problem = redactFault(anyFault(error), secretsOf(this.declared, name))
    if (state.noteBroken(problem))
      this.#options.log.error(
        { installation: name, ...faultFields(problem) },
        'the installation could not be synced',
      )
  }

  #roundOptions(name: string): RoundOptions {
    const { view, planner, log, metrics } = this.#options
    const { readiness } = this.#observer
    const prerequisites = this.#prerequisites
    const take = (change: () => void) => this.#take(name, change)
    return {
      view,
      planner,
      log,
      metrics,
      contention: this.#contention,
      fights: this.#fights,
      readiness,
      prerequisites,
      take,
      everDeclared: (id) => this.#fleet.everDeclared(id),
      lostAnswers: this.#stateOf(name).lostAnswers,
      onWrite: (change) => this.#stateOf(name).noteWrite(change),
      removal: this.#removal,
      removalWait: (work, removal) => this.#removalWait(work, removal),
      latest: () => (this.#isUndecided(name) ? undefined : this.declared),
      deletions: (work, outcomes) => this.#deletions(work, outcomes),
    }
  }

  /** Its hooks come before its grace; once that has begun, they are over. */
  async #removalWait({ name, head }: Work, removal: FreeRemoval): Promise<RemovalWait | undefined> {
    const isPending = this.#departures?.recordOf(name) !== undefined
    const found = isPending ? undefined : await this.#hooksBeforeRemoval(name, head, removal)
    if (found === undefined) return this.#departures?.waitOf({ ...removal, name, head })
    return found.code === 'hook-failed' ? { reason: found.message, fault: found } : { reason: found.message }
  }

  /** Whatever once changed with hooks has them in its record: no other one is rendered for that. */
  async #hooksBeforeRemoval(name: string, head: string, removal: FreeRemoval): Promise<Fault | undefined> {
    const { statuses, lastDeclarations } = this.#options
    const record = statuses.get(name)
    if (record !== undefined && record.hooks === undefined) return undefined
    const last = await lastDeclarations.of(removal.sample, head)
    return last && this.#hooks.beforeRemoval(last.installation, last.revision)
  }

  get #removal(): RemovalOptions {
    const { view, proofs, lastDeclarations } = this.#options
    return { cache: view.cache, proofs, lastDeclarations, nameOf: (id) => this.#fleet.nameOf(id) }
  }

  /** Whether an installation's advance to the head is still undecided. */
  #isUndecided(name: string): boolean {
    const member = this.declared.members.get(name)
    return member !== undefined && !this.#fleet.isProven(member) && !isHeld(member)
  }

  #onHeld(name: string, faults: readonly Fault[]): void {
    const { log } = this.#options
    for (const problem of faults) {
      const fields = { installation: name, ...faultFields(problem) }
      if (problem.code === 'review-not-merged') log.info(fields, 'waits for its change to be merged')
      else if (problem.code === 'hook-running') log.info(fields, 'waits for its hooks')
      else log.error(fields, 'held at its last good commit')
    }
  }

  /** Context for holding deletions: they wait for everything that is not yet applied. */
  #deletions({ name, head }: Work, outcomes: readonly Outcome[]): HoldContext {
    const { view, namespace, statuses, lastDeclarations } = this.#options
    const latest = new Map(outcomes.map((outcome) => [idOf(outcome.key), outcome]))
    const unresolved = (member: Member) =>
      unresolvedOf(member, {
        live: (id) => view.cache.get(id),
        record: (other) => statuses.get(other),
        faultOf: (other, id) =>
          faultIn((other === name && latest.get(id)) || this.#states.get(other)?.outcomes.get(id)),
        namespace,
      })
    const { declared } = this
    const newcomers = () => this.#newcomers.of(declared, (member) => unresolved(member).length > 0)
    return { declared, head, namespace, lastDeclarations, unresolved, newcomers }
  }

  #stateOf(name: string): SyncState {
    const known = this.#states.get(name)
    if (known) return known
    const state = new SyncState()
    this.#states.set(name, state)
    return state
  }

  /** Schedules another round: failed and waiting work backs off, contended objects have their own delays. */
  #again(name: string, state: SyncState, round: Round): void {
    if (round.unsettled.size > 0) this.#queue.add(name, round.unsettled)
    for (const [id, delay] of round.contended)
      this.#timers.set(`${name} ${id}`, delay * (1 + Math.random() / 4), () =>
        this.#tryAgain(name, this.#scopeOf(name, id), 'contended'),
      )
    for (const [id, delay] of round.kept)
      this.#timers.set(`${name} ${id}`, Math.min(delay, LONGEST_KEPT_MS), () =>
        this.#tryAgain(name, 'all', 'waiting'),
      )
    for (const [id, delay] of round.leaving)
      this.#timers.set(`${name} ${id}`, delay, () => this.#tryAgain(name, 'all', 'waiting'))
    if (state.isUndone) this.#retry(name, state)
    else if (state.isDone) this.#timers.cancel(name)
    else this.#timers.set(name, retryDelay(state.waits, WAITS), () => this.#tryAgain(name, 'all', 'waiting'))
  }

  /** Queues the installations that wait for this one. */
  #wake(name: string, sawAll: boolean): void {
    for (const other of this.#waiting.wokenBy(name, sawAll, this.declared)) this.#queue.add(other, 'all')
    if (sawAll) for (const other of this.#prerequisites.retold()) this.#queue.add(other, 'all')
  }

  /** Why an installation does not apply an object that others wait for. */
  #whyNot(name: string, id: ObjectId): string | undefined {
    const member = this.declared.members.get(name)
    if (member && member.attempted.faults.length > 0) return 'its documents have faults'
    if (member && suspensionOf(member, this.#options.view.cache)) return 'it is suspended'
    const state = this.#states.get(name)
    const outcome = state?.outcomes.get(id)
    if (outcome && 'fault' in outcome) return outcome.fault.message
    const lack = this.#prerequisites.lackOf(name)
    const waitsFor = lack ?? state?.wait?.reason
    return waitsFor === undefined ? state?.broken?.message : `it waits for ${waitsFor}`
  }

  /** Whether an awaited installation is progressing, leaving, or about to be observed after a change. */
  #isGoingOn(): boolean {
    const { readiness } = this.#observer
    const isObserved = (name: string) => this.#observations.has(name)
    return (
      this.#isMoving ||
      this.#hooks.isBusy ||
      this.#waiting
        .blockers(this.declared)
        .some((member) => isObserved(member.name) || isProgressing(member, readiness)) ||
      [...this.#waiting.leaving()].some(
        (name) => isObserved(name) || (this.#states.get(name)?.leavingUntil ?? 0) > Date.now(),
      )
    )
  }

  /** Whether something is about to be made from something else. */
  get #isMoving(): boolean {
    return this.#rollouts.isMoving || this.#departures?.isMoving === true
  }

  #retry(name: string, { failures }: SyncState): void {
    this.#timers.set(name, retryDelay(failures), () => this.#tryAgain(name, 'all', 'installation'))
  }

  #tryAgain(name: string, scope: Scope<ObjectId>, what: Retry): void {
    this.#options.metrics.retried(what)
    this.#queue.add(name, scope)
  }

  #take(name: string, change: () => void): void {
    this.#taking = name
    try {
      change()
    } finally {
      this.#taking = undefined
    }
  }

  /** Queues a changed object for the installations concerned; only observes own writes and status changes. */
  #onChange({ key, before, after }: LiveChange): void {
    const id = idOf(key)
    this.#notePrerequisite(key, after)
    this.#fleet.noteSeen(labelOf(after ?? before))
    const isOnlyStatus = after !== undefined && isStatusOnly(before, after)
    if (before && !after) this.#contention.noteGone(id, before)
    for (const name of this.#concerned(id, after ?? before)) {
      if (before && !after) this.#observer.noteGone(name, id, before)
      if (isOnlyStatus || name === this.#taking) this.#observeSoon(name)
      else this.#queue.add(name, this.#scopeOfChange(name, id, before))
    }
  }

  /** Wakes installations that lacked the namespace; refreshes kinds when a CRD changed. */
  #notePrerequisite({ kind, name }: ObjectKey, after: LiveObject | undefined): void {
    if (kind === 'CustomResourceDefinition') this.#kinds.soon()
    if (kind !== 'Namespace' || after === undefined || isBeingDeleted(after)) return
    for (const other of this.#prerequisites.noteNamespace(name)) this.#queue.add(other, 'all')
  }

  /** Scope that covers an object: only a round of scope `all` sees an undeclared one. */
  #scopeOf(name: string, id: ObjectId): Scope<ObjectId> {
    return this.declared.members.get(name)?.objects.has(id) ? new Set([id]) : 'all'
  }

  /** One that appears, such as one that is taken over, may end what keeps others from being applied. */
  #scopeOfChange(name: string, id: ObjectId, before: LiveObject | undefined): Scope<ObjectId> {
    return before === undefined && this.#states.get(name)?.isUndone ? 'all' : this.#scopeOf(name, id)
  }

  /** Installations that declare an object, and the one that its label names, which users may have changed. */
  #concerned(id: ObjectId, object: LiveObject | undefined): ReadonlySet<string> {
    const owner = this.#fleet.nameOf(labelOf(object))
    const names = this.declared.claims.get(id) ?? []
    return new Set(owner === undefined ? names : [...names, owner])
  }

  /** A kind cannot be watched, is watched again, or is no longer served. */
  #onTrouble({ resource, fault, gone }: KindTrouble): void {
    const { log } = this.#options
    const fields = { group: resource.group, kind: resource.kind }
    if (fault) log.warn({ ...fields, ...faultFields(fault) }, 'kind cannot be watched')
    else log.info(fields, gone ? 'kind no longer served' : 'kind watched again')
    if (gone) this.#kinds.soon(0)
    else if (fault === undefined) this.#addUndone()
    if (!gone && fault === undefined && resource.group === OWN_GROUP) this.#addUnshown()
  }

  /** Queues installations whose derived object could not be planned, as its kind was not readable. */
  #addUnshown(): void {
    const { cache } = this.#options.view
    for (const [name, member] of this.declared.members) {
      const id = derivedIdOf(member)
      if (id !== undefined && cache.get(id) === undefined) this.#queue.add(name, 'all')
    }
  }

  /** Newly served kinds may add objects to an installation, such as its own document. */
  #onRefreshed(before: DesiredState): void {
    this.#newcomers.note(before, this.declared)
    this.#addUndone()
    for (const name of this.#fleet.findLeftBehind()) this.#queue.add(name, 'all')
    for (const [name, { attempted, objects }] of this.declared.members) {
      const known = before.members.get(name)
      if (known?.attempted !== attempted || known.objects.size !== objects.size) this.#queue.add(name, 'all')
    }
  }

  #addUndone(): void {
    for (const [name, state] of this.#states) if (!state.isDone) this.#queue.add(name, 'all')
  }

  #forgetRuns(name: string, hasHooks: boolean): void {
    const { onUnforeseen } = this.#options
    this.#operations.forget(name)
    if (!hasHooks) return
    this.#hooks.noteGone(name, this.#fleet.idOf(name)).catch((error: unknown) => {
      onUnforeseen(error, anyFault(error))
    })
  }

  #observeSoon(name: string): void {
    this.#observations.setOnce(name, OBSERVE_AFTER_MS, () => {
      this.#observe(name)
      this.#wake(name, false)
    })
  }

  #observe(name: string): void {
    const state = this.#states.get(name)
    // Its state at the head is known only after the round that decides whether it advances.
    if (this.#isUndecided(name) && state?.broken === undefined) return
    // Likewise while it is about to be suspended or resumed.
    if (state !== undefined && this.#suspensionOf(name) !== state.suspension) return
    const hasHooks = this.#options.statuses.get(name)?.hooks !== undefined
    const status = this.#observer.observe(name, state)
    if (status !== undefined) return
    this.#states.delete(name)
    this.#waiting.forget(name)
    this.#prerequisites.forget(name)
    this.#options.reviewed.forget(name)
    this.#forgetRuns(name, hasHooks)
  }
}

function faultIn(outcome: Outcome | undefined): Fault | undefined {
  return outcome && 'fault' in outcome ? outcome.fault : undefined
}

function labelOf(object: LiveObject | undefined): string {
  return object?.metadata.labels?.[INSTALLATION_LABEL] ?? ''
}

/** Installations that wait for something else than before. */
function newlyTold(before: Compositions, after: Compositions): readonly string[] {
  const names = new Set([...before.waits.keys(), ...after.waits.keys()])
  return [...names].filter((name) => before.waits.get(name) !== after.waits.get(name))
}
