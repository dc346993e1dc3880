import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { isRequestError } from '../../adapters/cluster/api-error.ts'
import type { OnUnforeseen } from '../../model/contained.ts'
import { formatDelay } from '../../model/duration.ts'
import { type Fault, FaultError } from '../../model/fault.ts'
import type { GroupReport } from '../../model/group-report.ts'
import type { Revision } from '../../model/revision.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Statuses } from '../../stages/report/statuses.ts'
import { type Decision, decide } from '../../stages/rollout/decide.ts'
import { describeWait } from '../../stages/rollout/describe-wait.ts'
import { isAtSomething } from '../../stages/rollout/group-record.ts'
import { groupReports } from '../../stages/rollout/group-reports.ts'
import type { Inherited, RolloutView } from '../../stages/rollout/rollout-view.ts'
import type { Settled } from '../../stages/rollout/settle.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import { type Compositions, NO_COMPOSITIONS } from '../fleet/compositions.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Composer } from '../fleet/fleet-declarer.ts'
import type { Renderers } from '../fleet/renderers.ts'
import type { Assignment } from './assignment.ts'
import { AssignmentRecords } from './assignment-records.ts'
import type { Branch, BranchHistory } from './branch-history.ts'
import { checksView } from './checks/checks-view.ts'
import type { GroupChecks } from './checks/group-checks.ts'
import { groupsToCheck } from './checks/groups-to-check.ts'
import { ComposeMembers } from './compose-members.ts'
import { Harms } from './harms.ts'
import { InheritedDigests } from './inherited-digests.ts'
import { memberCompositions } from './member-compositions.ts'
import { MemberConditions } from './member-conditions.ts'
import { MembersViews } from './members-views.ts'
import { movedAssignment } from './moved-assignment.ts'
import { restoreAssignments } from './restore-assignments.ts'
import type { Reverts } from './reverts.ts'
import { type HeadMember, type RolloutHead, RolloutHeads } from './rollout-head.ts'
import type { RolloutRecords } from './rollout-records.ts'
import { rolloutViewOf } from './rollout-view-of.ts'

/** Delay before a decision after news, in milliseconds, so that more can come. */
const GATHER_MS = 100
/** Shortest delay before a decision after one that changed nothing, in milliseconds. */
const SAME_AGAIN_MS = 500
/** Longest delay until a clock that was set is noticed, in milliseconds. */
const CLOCK_MS = 60_000
/** Number of failures in a row after which nobody waits for rollouts to go on. */
const MOST_FAILURES = 3
/** Maximum number of times that open questions are answered before a decision. */
const MOST_TURNS = 5
/** Timers: news, what time brings, and a retry after a failure. */
const DECIDE = 'decide'
const WAKE = 'wake'
const RETRY = 'retry'
const LOOK = { firstMs: 100, longestMs: 5_000 }

export interface RolloutsOptions {
  readonly statuses: Statuses
  readonly trees: CommitTrees
  readonly renderers: Pick<Renderers, 'find'>
  readonly records: RolloutRecords
  readonly history: Pick<BranchHistory, 'at'>
  readonly sealer: () => Sealer | undefined
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: () => boolean
  /** Has the marks of all objects read. @throws ApiError, ConnectionError */
  readonly readMarks: () => Promise<void>
  /** Revisions in the marks of an installation's objects, by its id. */
  readonly marksOf: (id: string) => readonly Revision[]
  /** Whether this process has looked at all of an installation. */
  readonly isSeen: (name: string) => boolean
  /** Disposed together with this. */
  readonly checks: Pick<GroupChecks, 'state' | 'note' | 'onNews' | typeof Symbol.asyncDispose>
  /** Makes the same commit again of what is decided now; called in turn. */
  readonly recompose: () => Promise<void>
  /** Runs one change of the fleet after the other. */
  readonly inTurn: (action: () => Promise<void>) => Promise<void>
  /** Proposes to take back what groups went back from. */
  readonly reverts: Pick<Reverts, 'note'>
  /** Called with how all rollouts are doing. */
  readonly onReports: (reports: readonly GroupReport[]) => void
  /** ms since the epoch. */
  readonly now: () => number
  readonly onUnforeseen: OnUnforeseen
  readonly log: Log
}

/** An own change that is not yet known to be rendered without faults. */
interface Unchecked {
  readonly member: HeadMember
  readonly inherited: Inherited
  readonly before: Assignment | undefined
}

/**
 * Brings members of groups to what they inherit as their groups' rollouts say, and says what each installation is made
 * from. Everything that it needs is in Git and the cluster: another process goes on where this one was.
 */
export class Rollouts implements Composer, Disposable {
  readonly #options: RolloutsOptions
  readonly #heads = new RolloutHeads()
  readonly #digests: InheritedDigests
  readonly #compose: ComposeMembers
  readonly #harms: Harms
  readonly #conditions = new MemberConditions()
  readonly #views = new MembersViews()
  readonly #records = new AssignmentRecords()
  readonly #timers = new Timers()
  readonly #assignments = new Map<string, Assignment>()
  readonly #unchecked = new Map<string, Unchecked>()
  /** Members that an earlier process brought somewhere, and this one has not looked at. */
  #unseen: ReadonlySet<string> = new Set()
  #looks = 0
  #failures = 0
  #failure: Fault | undefined
  /** Number of decisions under way. */
  #deciding = 0
  #head: RolloutHead | undefined
  #fleet: Fleet | undefined
  #isRestored = false
  /** Whether what some members are made from could not be read. */
  #isIncomplete = false
  #isMoving = false
  #waits: ReadonlyMap<string, string> = new Map()

  constructor(options: RolloutsOptions) {
    const { trees, renderers, statuses } = options
    this.#options = options
    this.#digests = new InheritedDigests(renderers)
    this.#compose = new ComposeMembers(trees)
    this.#harms = new Harms({ trees, compose: this.#compose, renderers })
    options.checks.onNews(() => this.soon())
    statuses.onTransition(({ name }) => {
      if (this.#head?.members.has(name)) this.soon()
    })
  }

  /** Whether members are being brought somewhere, or may be soon. */
  get isMoving(): boolean {
    if (this.#failure) return this.#failures <= MOST_FAILURES
    return this.#isMoving || this.#deciding > 0 || this.#timers.has(DECIDE)
  }

  /** Why nothing can be decided; undefined while something can. */
  get failure(): Fault | undefined {
    return this.#failure
  }

  /** Decides again soon. */
  soon(delay = GATHER_MS): void {
    if (this.#head && this.#head.groups.size > 0) this.#timers.setOnce(DECIDE, delay, () => this.#again())
  }

  /** Drops what was read from Git: other keys may decrypt more of it. */
  forget(): void {
    this.#options.trees.forget()
    this.#compose.forget()
  }

  async compose(tree: CommitTree): Promise<Compositions> {
    const isNew = this.#head?.tree.tree !== tree.tree
    const head = isNew ? this.#noteHead(tree) : this.#head
    if (head === undefined) return NO_COMPOSITIONS
    if (head.groups.size === 0) this.#end()
    if (head.members.size === 0 && head.groups.size === 0 && this.#assignments.size === 0)
      return NO_COMPOSITIONS
    const isRestored = await this.#restore(head)
    if (isNew && isRestored) await this.#decide(head)
    const { unknown, ...compositions } = await memberCompositions({
      head,
      digests: await this.#digests.of(head.tree, [...head.groups.keys()]),
      assignments: this.#assignments,
      isRestored,
      compose: this.#compose,
      records: this.#records,
      sealer: this.#options.sealer(),
    })
    this.#isIncomplete = unknown !== undefined
    if (unknown) this.#retry(unknown)
    return { ...compositions, waits: this.#waits }
  }

  noteMade(fleet: Fleet): boolean {
    this.#fleet = fleet
    let isReverted = false
    for (const [name, { member, inherited, before }] of this.#unchecked) {
      const made = fleet.made.get(name)
      if (made?.isUnderWay) continue
      this.#unchecked.delete(name)
      const isMixed = fleet.compositions.composed.has(name)
      if (made === undefined || !isMixed) continue
      if (!this.#harms.noteMade({ member, assignment: before, inherited }, made)) continue
      if (before) this.#assignments.set(name, before)
      else this.#assignments.delete(name)
      isReverted = true
    }
    if (isReverted) this.soon()
    return isReverted
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
    void this.#options.checks[Symbol.asyncDispose]()
  }

  /** No group has a rollout any more. */
  #end(): void {
    const { onReports, checks } = this.#options
    onReports([])
    checks.note([])
  }

  #noteHead(tree: CommitTree): RolloutHead {
    const isFirst = this.#head === undefined
    this.#options.trees.put(tree)
    const head = this.#heads.of(tree)
    const { members, stuck } = head
    this.#head = head
    this.#harms.noteHead()
    for (const [name, { group }] of this.#assignments) {
      const member = members.get(name)
      const isLeft = member === undefined ? !stuck.has(name) : group === '' && member.group !== ''
      if (isLeft) this.#assignments.delete(name)
    }
    for (const member of members.values()) this.#pin(member, head)
    this.#compose.keep(members)
    this.#conditions.keep(members)
    if (!isFirst && [...members.values()].some((member) => this.#isUnknown(member))) this.#isRestored = false
    return head
  }

  /** One that follows no rollout is brought to what it is pinned to at once. */
  #pin({ name, group, innermost, own, pinned, sleeps }: HeadMember, { commit }: RolloutHead): void {
    if (group !== '' || pinned === undefined) return
    this.#assignments.set(name, {
      group,
      innermost,
      commit: pinned,
      digest: pinned,
      own,
      ownCommit: commit,
      ...(sleeps && { asleep: true }),
    })
  }

  /** Whether it runs although no rollout brought it where it is: its group says one only now. */
  #isUnknown({ name }: HeadMember): boolean {
    return !this.#assignments.has(name) && this.#fleet?.installations.has(name) === true
  }

  /** What earlier processes did, and what was applied before groups had rollouts; false while that is not known. */
  async #restore(head: RolloutHead): Promise<boolean> {
    if (this.#isRestored || head.groups.size === 0) return true
    const { statuses, records, sealer, areRecordsOwn, readMarks, marksOf, trees } = this.#options
    try {
      await Promise.all([records.load(), readMarks()])
      const { order } = await this.#branch(head)
      const members = [...head.members.values()].filter(({ name }) => !this.#assignments.has(name))
      const restored = await restoreAssignments(members, {
        head,
        status: (name) => statuses.get(name),
        record: (group) => records.get(group),
        sealer: sealer(),
        areRecordsOwn: areRecordsOwn() || this.#fleet !== undefined,
        marksOf,
        order,
        trees,
        digests: this.#digests,
      })
      for (const [name, assignment] of restored) this.#assignments.set(name, assignment)
      this.#unseen = new Set(restored.keys())
      this.#isRestored = true
      return true
    } catch (error) {
      this.#failed(error)
      return false
    }
  }

  #again(isRetry = false): void {
    const { inTurn, recompose, trees } = this.#options
    this.#deciding += 1
    const decided = inTurn(async () => {
      const head = this.#head
      if (head === undefined) return
      const wasRestored = this.#isRestored
      const readsAgain = isRetry && this.#isIncomplete
      if (readsAgain) await trees.recheck()
      if (!(await this.#restore(head))) return
      const isChanged = await this.#decide(head)
      if (isChanged || !wasRestored || readsAgain) await recompose()
    })
    void decided
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#deciding -= 1
      })
  }

  /** Tries again later; errors of Git and the cluster pass by themselves. */
  #failed(error: unknown): void {
    const found = anyFault(error)
    this.#failure = found
    if (!(error instanceof FaultError || isRequestError(error))) this.#options.onUnforeseen(error, found)
    this.#retry(found)
  }

  #retry(found: Fault): void {
    this.#failures += 1
    if (this.#timers.has(RETRY)) return
    const delay = retryDelay(this.#failures)
    this.#options.log.warn({ ...faultFields(found), retryIn: formatDelay(delay) }, 'rollouts wait')
    this.#timers.set(RETRY, delay, () => this.#again(true))
  }

  /** Whether all that earlier processes brought somewhere was looked at: before, nobody knows how it is doing. */
  #haveSeen({ members }: RolloutHead): boolean {
    const { isSeen } = this.#options
    const unseen = [...this.#unseen].filter((name) => members.has(name) && !isSeen(name))
    this.#unseen = new Set(unseen)
    if (unseen.length === 0) return true
    this.#looks += 1
    this.soon(retryDelay(this.#looks, LOOK))
    return false
  }

  /** @returns whether something is to be made from something else */
  async #decide(head: RolloutHead): Promise<boolean> {
    if (head.groups.size === 0 || !this.#haveSeen(head)) return false
    if (this.#failure) this.#conditions.noteOutage(this.#options.now())
    try {
      const [view, decision] = await this.#decision(head)
      const records = [...decision.groups].map(([name, { record }]) => [name, record] as const)
      // What is decided holds for other processes before anything follows from it.
      const areNew = await this.#options.records.save(records)
      if (!this.#isIncomplete) this.#failures = 0
      this.#failure = undefined
      this.#wake(decision, areNew)
      return this.#follow(decision, view, head)
    } catch (error) {
      this.#failed(error)
      return false
    }
  }

  async #decision(head: RolloutHead): Promise<readonly [RolloutView, Decision]> {
    for (let turn = 1; ; turn += 1) {
      const view = await this.#view(head)
      const decision = decide(view)
      if (turn >= MOST_TURNS || !(await this.#harms.prepare(head))) return [view, decision]
    }
  }

  /** With the commits that groups are at which have yet to come to the head. */
  async #branch({ commit, tree, groups }: RolloutHead): Promise<Branch> {
    const { history, records } = this.#options
    const names = [...groups.keys()]
    const digests = await this.#digests.of(tree, names)
    const needed = names.flatMap((name) => {
      const record = records.get(name)
      const isBehind = record && isAtSomething(record) && record.at.digest !== digests.get(name)
      return isBehind ? record.at.commit : []
    })
    return history.at(commit, needed)
  }

  async #view(head: RolloutHead): Promise<RolloutView> {
    const { records, statuses, trees, checks, now } = this.#options
    return rolloutViewOf({
      head,
      assignments: this.#assignments,
      views: this.#views,
      conditions: this.#conditions,
      status: (name) => statuses.get(name),
      fleet: this.#fleet,
      now: now(),
      branch: await this.#branch(head),
      records: records.all,
      checks: (group) => checksView(checks, head.groups.get(group), records.get(group)),
      trees,
      digests: this.#digests,
      harms: this.#harms,
    })
  }

  /** What changes neither a record nor a member is decided in the same way at once again. */
  #wake({ wakeAt, moves }: Decision, areNew: boolean): void {
    this.#timers.cancel(WAKE)
    if (wakeAt === undefined) return
    const least = areNew || moves.length > 0 ? 0 : SAME_AGAIN_MS
    const delay = Math.min(Math.max(wakeAt - this.#options.now(), least), CLOCK_MS)
    if (delay === 0) this.soon(0)
    else this.#timers.set(WAKE, delay, () => this.#again())
  }

  #follow(decision: Decision, view: RolloutView, head: RolloutHead): boolean {
    const { records, statuses, checks, reverts, onReports, now } = this.#options
    const { moves } = decision
    for (const move of moves) {
      const member = head.members.get(move.member)
      if (member === undefined) continue
      const before = this.#assignments.get(move.member)
      this.#assignments.set(move.member, movedAssignment(member, before, move, head, view))
      this.#conditions.noteMove(move.member, now())
      const { inherited } = move
      if (before?.own !== member.own) this.#unchecked.set(move.member, { member, inherited, before })
    }
    const atHead = view.line.at(-1)?.digests
    for (const [name, { record }] of decision.groups) reverts.note(name, record, head, atHead?.get(name))
    const version = (name: string) => statuses.get(name)?.version
    checks.note(groupsToCheck({ head, view, decision, version }))
    const reports = groupReports(asSaved(decision, records), view, (group) => records.saved(group)?.document)
    this.#isMoving = reports.some(({ state }) => state === 'moving')
    onReports(reports)
    const before = this.#waits
    this.#waits = sentencesOf(decision, view)
    return moves.length > 0 || !isSameMap(before, this.#waits)
  }
}

/** As other processes find it: of commits with the same digest the first is told. */
function asSaved(decision: Decision, records: Pick<RolloutRecords, 'saved'>): Decision {
  const groups = [...decision.groups].map(([name, settled]): [string, Settled] => [
    name,
    { ...settled, record: records.saved(name)?.record ?? settled.record },
  ])
  return { ...decision, groups: new Map(groups) }
}

/** Why members are not brought to what they say themselves, by name. */
function sentencesOf({ waits, groups }: Decision, { members }: RolloutView): ReadonlyMap<string, string> {
  return new Map(
    [...waits].flatMap(([name, wait]): [string, string][] => {
      if (!members.get(name)?.isOwnBehind) return []
      const around = groups.get(wait.group)?.wait
      const isOpen = wait.for === 'whole' && wait.with === undefined && around !== undefined
      return [[name, describeWait(isOpen ? { ...wait, with: around } : wait)]]
    }),
  )
}

function isSameMap<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
