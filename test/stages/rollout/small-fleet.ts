import type { Rollout } from '../../../src/model/rollout.ts'
import { type Decision, decide } from '../../../src/stages/rollout/decide.ts'
import type { GroupRecord, MoveKind } from '../../../src/stages/rollout/group-record.ts'
import type {
  GroupView,
  Inherited,
  MemberView,
  RolloutView,
} from '../../../src/stages/rollout/rollout-view.ts'

export const NO_ROLLOUT: Rollout = {
  maxUnavailable: { count: 1 },
  tolerate: { count: 0 },
  pauseBetween: 0,
  paused: false,
  after: [],
  windows: [],
  minReady: 0,
  timeout: 600_000,
  onFailure: 'halt',
  failureBudget: { count: 0 },
  rollsAllBack: false,
  needsApproval: false,
  skip: [],
  verify: [],
}

/** A fleet on which a test acts step by step: commits are numbers, a group's digest at one is what the test says. */
export class SmallFleet {
  now = 1_000_000
  readonly #groups = new Map<string, Partial<GroupView> & { readonly rollout: Rollout }>()
  readonly #members = new Map<string, MemberView>()
  readonly #records = new Map<string, GroupRecord>()
  readonly #line: { readonly commit: string; readonly digests: ReadonlyMap<string, string> }[] = []
  harm: RolloutView['harm'] = () => undefined
  last: Decision | undefined

  /** Says, or changes, a group. */
  group(name: string, rollout: Partial<Rollout> = {}, more: Partial<GroupView> = {}): this {
    const known = this.#groups.get(name)
    this.#groups.set(name, { ...known, ...more, rollout: { ...(known?.rollout ?? NO_ROLLOUT), ...rollout } })
    return this
  }

  /** The checks of what a group is at fail, or do so no more. */
  failCheck(name: string, why: string | undefined): this {
    const { failedCheck: _, ...known } = this.#groups.get(name) ?? { rollout: NO_ROLLOUT }
    this.#groups.set(name, {
      ...known,
      ...(why !== undefined && { failedCheck: { name: 'errors', check: 'd', reason: why } }),
    })
    return this
  }

  /** Says a group no more. */
  without(name: string): this {
    this.#groups.delete(name)
    return this
  }

  /** Adds members that are not applied yet. */
  members(group: string, ...names: readonly string[]): this {
    for (const name of names)
      this.#members.set(name, {
        name,
        group,
        isOwnBehind: true,
        condition: 'progressing',
        since: this.now,
      })
    return this
  }

  /** A new commit, at which groups without a digest of their own inherit the same as before. */
  commit(commit: string, digests: Readonly<Record<string, string>> = {}): this {
    const before =
      this.#line.at(-1)?.digests ?? new Map([...this.#groups.keys()].map((name) => [name, 'first']))
    this.#line.push({ commit, digests: new Map([...before, ...Object.entries(digests)]) })
    return this
  }

  /** Changes what the decision sees of a member. */
  set(name: string, change: Partial<MemberView>): this {
    const member = this.#members.get(name)
    if (member === undefined) throw new Error(`there is no ${name}`)
    this.#members.set(name, { ...member, since: this.now, ...change })
    return this
  }

  /** Decides until nothing more follows, each move being applied; what moved, as `name→commit`. */
  decide(): readonly string[] {
    const moved: string[] = []
    for (let round = 0; round < 20; round += 1) {
      this.last = decide(this.view())
      for (const [name, { record }] of this.last.groups) this.#records.set(name, record)
      for (const { member, inherited, kind } of this.last.moves) {
        this.#move(member, kind, inherited)
        moved.push(`${member}→${kind === 'own' ? 'own' : inherited.commit}`)
      }
      if (this.last.moves.length === 0 && this.last.wakeAt !== this.now) break
    }
    return moved
  }

  #move(name: string, kind: MoveKind, inherited: Inherited): void {
    const { digests } = this.#line.find(({ commit }) => commit === inherited.commit) ?? {}
    const at = { ...inherited, digest: digests?.get(inherited.group) ?? '' }
    const { sleep: _, ...awake } = this.#members.get(name) ?? {}
    if (kind === 'wake') this.#members.set(name, awake as MemberView)
    const sleep = kind === 'sleep' ? ({ sleep: 'asleep' } as const) : {}
    this.set(name, { at, isOwnBehind: false, condition: 'progressing', ...sleep })
  }

  /** All moves end well, at once, until nothing more moves; what moved, in order. */
  settle(): readonly string[] {
    const moved = [...this.decide()]
    for (let round = 0; round < 100; round += 1) {
      const moving = [...this.#members.values()].filter(
        ({ at, condition }) => at && condition === 'progressing',
      )
      if (moving.length === 0) return moved
      for (const { name } of moving) this.set(name, { condition: 'healthy' })
      moved.push(...this.decide())
    }
    throw new Error('it moves without end')
  }

  /** Lets time pass. */
  pass(ms: number): this {
    this.now += ms
    return this
  }

  record(name: string): GroupRecord | undefined {
    return this.#records.get(name)
  }

  waitOf(name: string): unknown {
    return this.last?.waits.get(name)
  }

  /** All that is decided by, as it is now. */
  view(): RolloutView {
    const groups = [...this.#groups].map(([name, group]): [string, GroupView] => [
      name,
      { around: [], ...group, name, record: this.#records.get(name) },
    ])
    return {
      now: this.now,
      line: this.#line,
      groups: new Map(groups),
      gone: new Map([...this.#records].filter(([name]) => !this.#groups.has(name))),
      members: this.#members,
      harm: (member, inherited) => this.harm(member, inherited),
    }
  }
}
