import type { GroupRecord } from '../../stages/rollout/group-record.ts'
import type { Candidate } from '../../stages/rollout/rollout-view.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { InheritedDigests } from './inherited-digests.ts'
import type { RolloutHead } from './rollout-head.ts'

/** Maximum number of commits that are looked at besides those that groups are at. */
const MOST = 16

export interface CandidatesOptions {
  readonly head: RolloutHead
  readonly record: (group: string) => GroupRecord | undefined
  /** Commits of trailers that approve or force. */
  readonly named: (group: string) => readonly string[]
  /** Whether some member of a group is not at what the group is at. */
  readonly isMoving: (group: string) => boolean
  /** Commits of the branch, the oldest first. */
  readonly order: readonly string[]
  readonly trees: CommitTrees
  readonly digests: InheritedDigests
}

/**
 * The commits that groups may be brought to, or that they are at, the oldest first: those that groups before them have
 * proven, and the head. A commit of neither the branch nor Git is left out.
 * @throws FaultError if the remote cannot tell
 */
export async function candidatesFor(options: CandidatesOptions): Promise<readonly Candidate[]> {
  const { head, order, trees, digests } = options
  const names = [...head.groups.keys()]
  const atHead = await digests.of(head.tree, names)
  const positions = new Map(order.map((commit, index) => [commit, index]))
  const { aims, next } = commitsOf(options, atHead, positions)
  const inOrder = (a: string, b: string) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0)
  const isEarlier = (commit: string) => positions.has(commit) && commit !== head.commit
  const wanted = new Set([...aims, ...next.filter(isEarlier).sort(inOrder).slice(-MOST)])
  const found = await Promise.all(
    [...wanted]
      .filter(isEarlier)
      .sort(inOrder)
      .map(async (commit): Promise<Candidate[]> => {
        const found = await digests.at(commit, names, trees)
        return found ? [{ commit, digests: found }] : []
      }),
  )
  return [...found.flat(), { commit: head.commit, digests: atHead }]
}

/** What groups that are not at the head are at, and what they may take. */
function commitsOf(
  { head, record, named, isMoving }: CandidatesOptions,
  atHead: ReadonlyMap<string, string>,
  positions: ReadonlyMap<string, number>,
): { readonly aims: readonly string[]; readonly next: readonly string[] } {
  const isNewer = (commit: string, than: string) =>
    (positions.get(commit) ?? -1) > (positions.get(than) ?? -1)
  const aims: string[] = []
  const next: string[] = []
  for (const { name, rollout } of head.groups.values()) {
    const own = record(name)
    if (own === undefined || (own.at.digest === atHead.get(name) && !isMoving(name))) continue
    aims.push(own.at.commit)
    const rings = rollout.after.flatMap(({ group }) => record(group) ?? [])
    const proven = rings.flatMap(({ at, proofs }) => [at.commit, ...proofs.map(({ commit }) => commit)])
    next.push(...[...proven, ...named(name)].filter((commit) => isNewer(commit, own.at.commit)))
  }
  return { aims, next }
}
