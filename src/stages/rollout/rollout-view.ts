import type { Rollout } from '../../model/rollout.ts'
import type { FailedCheck, GroupRecord } from './group-record.ts'

/** Everything that decides how the members of groups move. Times are ms since the epoch. */
export interface RolloutView {
  readonly now: number
  /** Commits that groups may be brought to, or that they are at, the oldest first: the head is last. */
  readonly line: readonly Candidate[]
  /** All commits of the branch that matter, in its order, the oldest first; by default those of `line`. */
  readonly order?: readonly string[]
  readonly groups: ReadonlyMap<string, GroupView>
  /** Records of groups that the head does not have: moves of their members go on in other groups. */
  readonly gone?: ReadonlyMap<string, GroupRecord>
  readonly members: ReadonlyMap<string, MemberView>
  /**
   * Why a member's own documents of the head must not be together with what a group's members inherit at a commit;
   * undefined if they may.
   */
  readonly harm: (member: string, inherited: Inherited) => string | undefined
}

/** What the members of a group inherit at a commit. */
export interface Inherited {
  readonly commit: string
  readonly group: string
}

/** A commit, and the digests of what the members of each group inherit there. */
export interface Candidate {
  readonly commit: string
  /** By group; one that it does not declare has none. */
  readonly digests: ReadonlyMap<string, string>
}

/** A group with a rollout. */
export interface GroupView {
  readonly name: string
  readonly rollout: Rollout
  /** Groups with rollouts around it, the innermost first. */
  readonly around: readonly string[]
  /** What is known of it from before; undefined for nothing. */
  readonly record: GroupRecord | undefined
  /** The newest commit that approves what it is to take, up to itself. */
  readonly approved?: string
  /** The newest commit that lets it take everything up to itself without waiting. */
  readonly forced?: string
  /** The check of what it is at that failed, once one has. */
  readonly failedCheck?: FailedCheck | undefined
  /** The checks of what it is at that have yet to pass, with what they wait for; absent where there are none. */
  readonly checking?: readonly string[] | undefined
}

/** A group with what is known of it, or begins with. */
export interface RememberedGroup extends GroupView {
  readonly record: GroupRecord
}

export interface MemberView {
  readonly name: string
  /** The innermost group with a rollout that it is in. */
  readonly group: string
  /** Value of the label that its group's order names. */
  readonly order?: string
  /** What it inherits now, as it is applied or being applied; undefined for one that is not applied yet. */
  readonly at?: Inherited & { readonly digest: string }
  /** Whether its own documents changed since those that are applied. */
  readonly isOwnBehind: boolean
  /**
   * That it is, or is to be, hibernated: it is put to sleep (`falling`), stays so (`asleep`), or wakes (`waking`); absent
   * for one that is awake and stays so. Until it is awake it follows no rollout, and proves nothing.
   */
  readonly sleep?: 'falling' | 'asleep' | 'waking'
  /** What it is to inherit, as its document names the commit. */
  readonly pinned?: Inherited & { readonly digest: string }
  /**
   * `failed`: an object says that it failed, or the API server refused it; `held`: it runs, but nothing tells how it
   * does with what it is to be, as people have yet to review that, or the commit that it is of is gone.
   */
  readonly condition: 'healthy' | 'progressing' | 'held' | 'failed'
  /** Since when, as far as known. */
  readonly since: number
  /** Since when nothing outside keeps it from being well, as far as known. */
  readonly freeSince?: number
}
