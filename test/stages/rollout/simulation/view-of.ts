import type { GroupView, MemberView, RolloutView } from '../../../../src/stages/rollout/rollout-view.ts'
import { groupsAround, type SimulatedBranch } from './branch.ts'
import type { Checks } from './checks.ts'
import type { SimulatedCluster } from './cluster.ts'
import { ringsBefore } from './has-cycle.ts'
import type { Records } from './record-store.ts'

const FAILED = { name: 'errors', check: 'd', reason: 'errors rise' }

export interface Fleet {
  readonly now: number
  readonly branch: SimulatedBranch
  readonly cluster: SimulatedCluster
  readonly checks: Checks
  /** What the controller knows. */
  readonly records: Records
  /** Whether the decision sees only the commits that it cannot do without. */
  readonly isSparse: boolean
}

/** What the decision sees of a fleet. */
export function viewOf(fleet: Fleet): RolloutView {
  const { now, records } = fleet
  const { head, commits } = fleet.branch
  const groups = new Map([...head.groups.keys()].map((name) => [name, groupViewOf(name, fleet)]))
  const members = new Map([...head.installations.keys()].map((name) => [name, memberViewOf(name, fleet)]))
  const gone = new Map([...records].filter(([name]) => !groups.has(name)))
  const line = fleet.isSparse ? neededOf(fleet) : commits
  const order = commits.map(({ commit }) => commit)
  return { now, line, order, groups, gone, members, harm: harmIn(fleet) }
}

/** What groups are at, what those before them have proven, what trailers name, and the head. */
function neededOf({ branch, records }: Fleet): RolloutView['line'] {
  const { head, approved, forced, commits } = branch
  const needed = new Set<string | undefined>([head.commit])
  for (const name of head.groups.keys()) {
    needed.add(approved.get(name)).add(forced.get(name)).add(records.get(name)?.at.commit)
    for (const group of ringsBefore(name, head.groups)) {
      const ring = records.get(group)
      for (const { commit } of ring ? [ring.at, ...ring.proofs] : []) needed.add(commit)
    }
  }
  return commits.filter(({ commit }) => needed.has(commit))
}

/** A value that moved between an installation and its group keeps both together. */
function harmIn({ branch }: Fleet): RolloutView['harm'] {
  const { head } = branch
  return (member, { commit, group }) => {
    const needs = head.installations.get(member)?.needs ?? 0
    const inherited = branch.at(commit)
    const isHead = inherited?.digests.get(group) === head.digests.get(group)
    return !isHead && (inherited?.position ?? -1) < needs
      ? `a value of ${member} moved to its group`
      : undefined
  }
}

function groupViewOf(name: string, { branch, records, checks }: Fleet): GroupView {
  const { head, approved, forced } = branch
  const group = head.groups.get(name)
  if (group === undefined) throw new Error(`there is no ${name}`)
  const record = records.get(name)
  const digest = record?.at.digest
  const approves = approved.get(name)
  const forces = forced.get(name)
  return {
    name,
    rollout: group.rollout,
    around: groupsAround(name, head.groups),
    record,
    ...(approves !== undefined && { approved: approves }),
    ...(forces !== undefined && { forced: forces }),
    ...(digest !== undefined && checks.hasFailed(name, digest) && { failedCheck: FAILED }),
    ...(digest !== undefined && checks.isChecking(name, digest) && { checking: ['errors: looked at'] }),
  }
}

function memberViewOf(name: string, { branch, cluster }: Fleet): MemberView {
  const said = branch.head.installations.get(name)
  if (said === undefined) throw new Error(`there is no ${name}`)
  const { at, own, condition, since, freeSince, isAsleep } = cluster.memberAt(name)
  const { group, order, pinned, sleeps } = said
  const sleep = sleeps ? (isAsleep ? 'asleep' : 'falling') : isAsleep ? 'waking' : undefined
  return {
    name,
    group,
    ...(order !== undefined && { order }),
    ...(at && { at }),
    isOwnBehind: own !== said.own,
    ...(pinned && { pinned }),
    ...(sleep && { sleep }),
    condition,
    since,
    ...(freeSince !== undefined && { freeSince }),
  }
}
