import { FaultError, fault } from '../../../model/fault.ts'
import type { Commit } from '../../../model/snapshot.ts'

/** Maximum number of commits of a change. */
const MOST_COMMITS = 2000

export interface DivergenceOptions {
  /** A local commit; undefined for any other. */
  readonly find: (oid: string) => Promise<Commit | undefined>
  /** Commits that the target's branch has, as far as they are known. */
  readonly known: ReadonlySet<string>
  /** Fetches a commit of the target's branch, without its history. */
  readonly bringKnown: (oid: string) => Promise<void>
}

/** Where a change leaves its target. */
export interface Divergence {
  /** Full id of the commit to merge from; undefined if the two have no history in common. */
  readonly base: string | undefined
  /** The commits of the change that its target lacks, newest first. */
  readonly commits: readonly Commit[]
}

/**
 * Finds the commits that a change has and its target lacks, and the newest commit that both have. The local clone is
 * shallow, and has the change's commits as far as the target lacks them: where one commit's only parent is not here,
 * the target has that parent.
 * @returns undefined where that cannot be told, as of a merge of two parents that are not here
 * @throws FaultError review-too-large, and those of fetching
 */
export async function findDivergence(
  head: string,
  options: DivergenceOptions,
): Promise<Divergence | undefined> {
  const { known } = options
  const commits = new Map<string, Commit>()
  const bases = new Set<string>()
  const pending: Ancestor[] = [{ oid: head, isOnlyParent: false }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { oid, isOnlyParent } = next
    if (known.has(oid)) bases.add(oid)
    if (known.has(oid) || commits.has(oid)) continue
    const commit = await options.find(oid)
    if (commit === undefined && !isOnlyParent) return undefined
    if (commit === undefined) bases.add(oid)
    else {
      commits.set(oid, commit)
      if (commits.size > MOST_COMMITS) throw tooLarge()
      const { parents } = commit
      pending.push(...parents.map((parent) => ({ oid: parent, isOnlyParent: parents.length === 1 })))
    }
  }
  const found = await Promise.all([...bases].map((oid) => readBase(oid, options)))
  return { base: newestFirst(found.flat())[0]?.oid, commits: newestFirst([...commits.values()]) }
}

interface Ancestor {
  readonly oid: string
  /** Whether a commit of the change has no other parent: the target has it where it is not here. */
  readonly isOnlyParent: boolean
}

async function readBase(oid: string, { find, bringKnown }: DivergenceOptions): Promise<readonly Commit[]> {
  const here = await find(oid)
  if (here) return [here]
  await bringKnown(oid)
  const brought = await find(oid)
  return brought ? [brought] : []
}

function tooLarge(): FaultError {
  return new FaultError(fault('review-too-large', `more than ${MOST_COMMITS} commits`))
}

function newestFirst(commits: readonly Commit[]): readonly Commit[] {
  return commits.toSorted((one, other) => other.time - one.time)
}
