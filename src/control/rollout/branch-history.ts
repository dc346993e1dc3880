import type { VouchedCommit } from '../../model/snapshot.ts'
import { type Approvals, readApprovals } from '../../stages/rollout/read-approvals.ts'

/** Maximum number of commits that are looked at. */
const MOST = 1_000

/** The newest commits of the branch, and what they say of rollouts. */
export interface Branch extends Approvals {
  /** Full ids, the oldest first. */
  readonly order: readonly string[]
}

export interface BranchHistoryOptions {
  /** The newest commits that `to` has and `from`, if given, lacks, newest first, as far as they are here. */
  readonly commits: (from: string | undefined, to: string, limit: number) => Promise<readonly VouchedCommit[]>
  /**
   * Fetches the branch's history down to a commit, if it has it.
   * @throws FaultError if the remote cannot tell
   */
  readonly reach: (commit: string) => Promise<unknown>
}

/** Reads the branch, of each new head what is new. */
export class BranchHistory {
  readonly #options: BranchHistoryOptions
  #known:
    | { readonly head: string; readonly commits: readonly VouchedCommit[]; readonly branch: Branch }
    | undefined
  /** Commits that the history was fetched for, each once. */
  readonly #reached = new Set<string>()

  constructor(options: BranchHistoryOptions) {
    this.#options = options
  }

  /**
   * @param needed commits that groups are at: a clone that is new has the head alone, and what came between says who
   * approved what
   * @throws FaultError if the remote cannot tell
   */
  async at(head: string, needed: readonly string[] = []): Promise<Branch> {
    const { order } = await this.#read(head)
    const known = new Set(needed.length > 0 ? order : [])
    for (const commit of needed) {
      if (known.has(commit) || this.#reached.has(commit)) continue
      await this.#options.reach(commit)
      this.#reached.add(commit)
      this.#known = undefined
    }
    return this.#read(head)
  }

  async #read(head: string): Promise<Branch> {
    if (this.#known?.head === head) return this.#known.branch
    const commits = await this.#commitsOf(head)
    const branch = { ...readApprovals(commits), order: commits.map(({ oid }) => oid).reverse() }
    this.#known = { head, commits, branch }
    return branch
  }

  /** A head that does not follow the one before is read anew. */
  async #commitsOf(head: string): Promise<readonly VouchedCommit[]> {
    const { commits } = this.#options
    const known = this.#known
    if (known === undefined) return commits(undefined, head, MOST)
    const [between, lost] = await Promise.all([commits(known.head, head, MOST), commits(head, known.head, 1)])
    if (lost.length > 0 || between.length >= MOST) return commits(undefined, head, MOST)
    return [...between, ...known.commits].slice(0, MOST)
  }
}
