import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { GroupReport } from '../../model/group-report.ts'
import type { Inherits } from '../../model/inherits.ts'
import type { Revision } from '../../model/revision.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { TreeOptions } from '../../stages/declare/tree-options.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Statuses } from '../../stages/report/statuses.ts'
import { type Decision, decide } from '../../stages/rollout/decide.ts'
import { describeWait } from '../../stages/rollout/describe-wait.ts'
import { groupReports } from '../../stages/rollout/group-reports.ts'
import type { Move } from '../../stages/rollout/moves.ts'
import type { GroupView, Inherited, RolloutView } from '../../stages/rollout/rollout-view.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { type Composed, type Compositions, NO_COMPOSITIONS } from '../fleet/compositions.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Composer } from '../fleet/fleet-declarer.ts'
import type { Renderers } from '../fleet/renderers.ts'
import { type Assignment, recordOf } from './assignment.ts'
import { candidatesFor } from './candidates.ts'
import type { CommitTrees } from './commit-trees.ts'
import { ComposeMembers } from './compose-members.ts'
import { Harms } from './harms.ts'
import { InheritedDigests } from './inherited-digests.ts'
import { MemberConditions } from './member-conditions.ts'
import { membersView } from './members-view.ts'
import { restoreAssignments } from './restore-assignments.ts'
import { type HeadMember, type RolloutHead, RolloutHeads } from './rollout-head.ts'
import type { RolloutRecords } from './rollout-records.ts'
import type { Trailers } from './trailers.ts'

/** Delay before a decision after news, in milliseconds, so that more can come. */
const GATHER_MS = 100
/** Longest delay of a timer. */
const LONGEST_MS = 2 ** 31 - 1
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
  readonly treeOptions: TreeOptions
  readonly renderers: Pick<Renderers, 'find'>
  readonly records: RolloutRecords
  readonly sealer: () => Sealer | undefined
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: () => boolean
  /** Revisions in the marks of an installation's objects, by its id. */
  readonly marksOf: (id: string) => readonly Revision[]
  /** Whether this process has looked at all of an installation. */
  readonly isSeen: (name: string) => boolean
  /** Full ids of the newest commits up to one, newest first. */
  readonly recentCommits: (head: string) => Promise<readonly string[]>
  /** What commits say of rollouts. */
  readonly trailers: (head: string) => Promise<Trailers>
  /** Makes the same commit again of what is decided now; called by itself. */
  readonly recompose: () => Promise<void>
  /** Runs one change of the fleet after the other. */
  readonly inTurn: (action: () => Promise<void>) => Promise<void>
  /** Called with how all rollouts are doing. */
  readonly onReports: (reports: readonly GroupReport[]) => void
  readonly now: () => number
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
  readonly #timers = new Timers()
  readonly #assignments = new Map<string, Assignment>()
  readonly #unchecked = new Map<string, Unchecked>()
  /** Members that an earlier process brought somewhere, and this one has not looked at. */
  #unseen: ReadonlySet<string> = new Set()
  #looks = 0
  #failures = 0
  #head: RolloutHead | undefined
  #fleet: Fleet | undefined
  #isRestored = false
  #waits: ReadonlyMap<string, string> = new Map()

  constructor(options: RolloutsOptions) {
    const { trees, treeOptions, renderers, statuses } = options
    this.#options = options
    this.#digests = new InheritedDigests(renderers)
    this.#compose = new ComposeMembers(trees, treeOptions)
    this.#harms = new Harms({ trees, compose: this.#compose, renderers })
    statuses.onTransition(({ name }) => {
      if (this.#head?.members.has(name)) this.soon()
    })
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
    if (isNew) this.#noteHead(tree)
    const head = this.#head
    if (head === undefined) return NO_COMPOSITIONS
    if (head.groups.size === 0) this.#options.onReports([])
    if (head.groups.size === 0 && this.#assignments.size === 0) return NO_COMPOSITIONS
    const isRestored = await this.#restore(head)
    if (isNew && isRestored) await this.#decide(head)
    return this.#compositions(head)
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
  }

  #noteHead(tree: CommitTree): void {
    const before = this.#head
    this.#options.trees.put(tree)
    this.#head = this.#heads.of(tree)
    const { members, groups } = this.#head
    this.#harms.noteHead()
    for (const name of this.#assignments.keys())
      if (!members.has(name) || groups.size === 0) this.#assignments.delete(name)
    this.#compose.keep(members)
    this.#conditions.keep(members)
    if (before) this.#isRestored &&= ![...members.values()].some((member) => this.#isUnknown(member))
  }

  /** Whether it runs although no rollout brought it where it is: its group says one only now. */
  #isUnknown({ name }: HeadMember): boolean {
    return !this.#assignments.has(name) && this.#fleet?.installations.has(name) === true
  }

  /** What earlier processes did, and what was applied before groups had rollouts; false while that is not known. */
  async #restore(head: RolloutHead): Promise<boolean> {
    if (this.#isRestored || head.groups.size === 0) return true
    const { statuses, records, sealer, areRecordsOwn, marksOf, trees } = this.#options
    try {
      await records.load()
      const order = await this.#order(head)
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

  #order = async ({ commit }: RolloutHead): Promise<readonly string[]> => {
    const recent = await this.#options.recentCommits(commit)
    return recent.toReversed()
  }

  #again(): void {
    const { inTurn, recompose } = this.#options
    const decided = inTurn(async () => {
      const head = this.#head
      if (head === undefined || !(await this.#restore(head))) return
      if (await this.#decide(head)) await recompose()
    })
    decided.catch((error: unknown) => this.#failed(error))
  }

  /** Only errors of Git and the cluster pass by themselves. */
  #failed(error: unknown): void {
    const isForeseen =
      error instanceof FaultError || error instanceof ApiError || error instanceof ConnectionError
    if (!isForeseen) throw error
    this.#failures += 1
    const delay = retryDelay(this.#failures)
    this.#options.log.warn({ ...faultFields(anyFault(error)), retryIn: delay }, 'rollouts wait')
    this.#timers.set(RETRY, delay, () => this.#again())
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
    const { records, now, onReports } = this.#options
    try {
      const [view, decision] = await this.#decision(head)
      await records.save([...decision.groups].map(([name, { record }]) => [name, record]))
      this.#failures = 0
      for (const move of decision.moves) this.#move(move, head, view)
      onReports(groupReports(decision, view, (group) => records.documentOf(group)))
      if (decision.wakeAt === undefined) this.#timers.cancel(WAKE)
      else this.#wakeIn(decision.wakeAt - now())
      const before = this.#waits
      this.#waits = sentencesOf(decision)
      return decision.moves.length > 0 || !isSameMap(before, this.#waits)
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

  #wakeIn(delay: number): void {
    this.#timers.set(WAKE, Math.min(Math.max(delay, 0), LONGEST_MS), () => this.#again())
  }

  async #view(head: RolloutHead): Promise<RolloutView> {
    const { records, statuses, trees, trailers, now } = this.#options
    const order = await this.#order(head)
    const { approved, forced } = await trailers(head.commit)
    const members = membersView({
      head,
      assignments: this.#assignments,
      conditions: this.#conditions,
      status: (name) => statuses.get(name),
      fleet: this.#fleet,
      now: now(),
    })
    const groups = new Map(
      [...head.groups].map(([name, group]): [string, GroupView] => {
        const [approval, force] = [approved.get(name), forced.get(name)]
        return [
          name,
          {
            ...group,
            record: records.get(name),
            ...(approval !== undefined && { approved: approval }),
            ...(force !== undefined && { forced: force }),
          },
        ]
      }),
    )
    const behind = new Set<string>()
    for (const { group, at } of members.values())
      if (at !== undefined && at.digest !== records.get(group)?.at.digest) behind.add(group)
    const line = await candidatesFor({
      head,
      record: (name) => records.get(name),
      named: new Map(
        [...head.groups.keys()].map((name) => [
          name,
          [approved.get(name), forced.get(name)].filter((commit) => commit !== undefined),
        ]),
      ),
      isMoving: (name) => behind.has(name),
      order,
      trees,
      digests: this.#digests,
    })
    const digestAt = new Map(line.map(({ commit, digests }) => [commit, digests]))
    const atHead = digestAt.get(head.commit)
    const harm = (name: string, inherited: Inherited): string | undefined => {
      const member = head.members.get(name)
      if (member === undefined) return undefined
      const assignment = this.#assignments.get(name)
      const digest = digestAt.get(inherited.commit)?.get(inherited.group)
      const isHead = digest !== undefined && digest === atHead?.get(inherited.group)
      if (isHead || assignment?.own === member.own) return undefined
      return this.#harms.of({ member, assignment, inherited })
    }
    return { now: now(), line, order, groups, members, harm }
  }

  #move({ member: name, kind, inherited }: Move, head: RolloutHead, { line, groups }: RolloutView): void {
    const member = head.members.get(name)
    if (member === undefined) return
    const before = this.#assignments.get(name)
    const isStaying = kind === 'own' && before !== undefined && before.commit === inherited.commit
    const at = line.find(({ commit }) => commit === inherited.commit)?.digests.get(inherited.group)
    const record = groups.get(inherited.group)?.record
    const digest = at ?? digestIn(record, inherited.commit) ?? (isStaying ? before.digest : '')
    this.#assignments.set(name, {
      group: inherited.group,
      innermost:
        inherited.group === member.group ? member.innermost : (before?.innermost ?? member.innermost),
      commit: inherited.commit,
      digest: isStaying ? before.digest : digest,
      own: member.own,
      ownCommit: head.commit,
    })
    if (before?.own !== member.own) this.#unchecked.set(name, { member, inherited, before })
    this.#conditions.noteMove(name, this.#options.now())
  }

  async #compositions(head: RolloutHead): Promise<Compositions> {
    const digests = await this.#digests.of(head.tree, [...head.groups.keys()])
    const composed = new Map<string, Composed | 'absent'>()
    const inherits = new Map<string, Inherits>()
    const sealer = this.#options.sealer()
    await Promise.all(
      [...head.members.values()].map(async (member) => {
        const { name } = member
        const assignment = this.#assignments.get(name)
        if (member.isStuck) return
        if (assignment === undefined) {
          if (!member.isLeftOut) composed.set(name, 'absent')
          return
        }
        const one = await this.#composition(member, assignment, head, digests)
        if (one) composed.set(name, one)
        inherits.set(name, recordOf(name, assignment, sealer))
      }),
    )
    return { composed, inherits, waits: this.#waits }
  }

  /** One whose commits cannot be had is held at what is applied. */
  async #composition(
    member: HeadMember,
    assignment: Assignment,
    head: RolloutHead,
    digests: ReadonlyMap<string, string>,
  ): Promise<Composed | undefined> {
    const made = await this.#compose.of(member, assignment, head, digests).catch((error: unknown) => {
      if (!(error instanceof FaultError)) throw error
      return error.fault
    })
    if (made === undefined || (typeof made === 'object' && 'declared' in made)) return made
    const found = made === 'gone' ? fault('rollout-commit-gone', assignment.commit.slice(0, 12)) : made
    return faulty(member, head, found)
  }
}

/** As the head declares it, with a fault: it stays as it is. */
function faulty({ name }: HeadMember, { tree, commit }: RolloutHead, found: Fault): Composed | undefined {
  const declared = tree.tree.declarations.get(name)
  if (declared === undefined) return undefined
  const { declaration } = declared
  const location = declaration.location
  const faults = [...declaration.faults, { ...found, ...(location && { location }) }]
  return {
    declared: { ...declared, declaration: { ...declaration, faults } },
    templatesOf: declaration.templates.map(() => tree),
    revision: { own: commit, inherited: commit },
  }
}

function digestIn(record: GroupView['record'], commit: string): string | undefined {
  if (record?.at.commit === commit) return record.at.digest
  return record?.proofs.find((proof) => proof.commit === commit)?.digest
}

/** Why members are not brought to what they say themselves, by name. */
function sentencesOf({ waits }: Decision): ReadonlyMap<string, string> {
  return new Map(
    [...waits].flatMap(([name, wait]): [string, string][] =>
      wait.for === 'whole' ? [[name, describeWait(wait)]] : [],
    ),
  )
}

function isSameMap<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
