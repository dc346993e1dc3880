import { LRUCache } from 'lru-cache'
import type { Snapshot } from '../../model/snapshot.ts'
import { type DeclaredTree, declareTree } from '../../stages/declare/declare-tree.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { TreeOptions } from '../../stages/declare/tree-options.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'

/** Maximum number of commits that are kept declared. */
const KEPT = 8

export interface CommitTreesOptions extends Pick<TreeOptions, 'decrypt' | 'onUnforeseen'> {
  /**
   * Reads a commit; undefined if it is gone.
   * @throws FaultError if the remote cannot tell
   */
  readonly snapshotAt: (commit: string) => Promise<Snapshot | undefined>
}

/** Commits of the branch, declared again from Git where they are not known. */
export class CommitTrees {
  readonly #options: CommitTreesOptions
  readonly #budgets = processBudgets()
  readonly #known = new LRUCache<string, Promise<CommitTree | undefined>>({ max: KEPT })
  #newest: DeclaredTree | undefined

  constructor(options: CommitTreesOptions) {
    this.#options = options
  }

  /** How trees are declared. */
  get options(): TreeOptions {
    const { decrypt, onUnforeseen } = this.#options
    return { decrypt, onUnforeseen, budgets: this.#budgets }
  }

  /** Notes the head: most files of other commits are the same. */
  put(head: CommitTree): void {
    this.#newest = head.tree
    this.#known.set(head.snapshot.commit.oid, Promise.resolve(head))
  }

  /**
   * A commit; undefined if it is gone.
   * @param like one most files of which are the same
   * @throws FaultError if the remote cannot tell
   */
  at(commit: string, like = this.#newest): Promise<CommitTree | undefined> {
    const known = this.#known.get(commit)
    if (known) return known
    const tree = this.#read(commit, like)
    this.#known.set(commit, tree)
    // the caller gets the error, the next one asks anew
    tree.catch(() => this.#known.delete(commit))
    return tree
  }

  /** Has commits that were gone asked for anew. */
  async recheck(): Promise<void> {
    for (const [commit, tree] of [...this.#known.entries()])
      if ((await tree.catch(() => undefined)) === undefined) this.#known.delete(commit)
  }

  /** Drops everything that is known: other keys may decrypt more of it. */
  forget(): void {
    this.#known.clear()
  }

  async #read(commit: string, like: DeclaredTree | undefined): Promise<CommitTree | undefined> {
    const snapshot = await this.#options.snapshotAt(commit)
    if (snapshot === undefined) return undefined
    return { snapshot, tree: await declareTree(snapshot, this.options, like) }
  }
}
