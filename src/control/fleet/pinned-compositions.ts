import { LRUCache } from 'lru-cache'
import type { Snapshot } from '../../model/snapshot.ts'
import { declareTree } from '../../stages/declare/declare-tree.ts'
import { type CommitTree, mixedDeclaration } from '../../stages/declare/mixed-declaration.ts'
import { ownDigest } from '../../stages/declare/own-digest.ts'
import type { TreeOptions } from '../../stages/declare/tree-options.ts'
import { type Composed, type Compositions, NO_COMPOSITIONS } from './compositions.ts'

/** Maximum number of commits that are kept declared. */
const KEPT = 4
/** Maximum number of installations that are kept: the same ones are asked for with each commit. */
const MOST = 1_000

export interface PinnedCompositionsOptions extends TreeOptions {
  /** Reads a commit of the branch; undefined if it is gone, or of no branch. @throws FaultError */
  readonly snapshotAt: (commit: string) => Promise<Snapshot | undefined>
}

/**
 * What installations are made from once all rollouts are through: all of a commit, but for those that their documents
 * pin to an earlier one.
 */
export class PinnedCompositions {
  readonly #options: PinnedCompositionsOptions
  readonly #trees = new LRUCache<string, Promise<CommitTree | undefined>>({ max: KEPT })
  readonly #known = new LRUCache<string, Composed>({ max: MOST })

  constructor(options: PinnedCompositionsOptions) {
    this.#options = options
  }

  /** @param isStrange whether a stranger made it: then only what was asked for before is read from earlier commits */
  async of(head: CommitTree, isStrange = false): Promise<Compositions> {
    const composed = new Map<string, Composed>()
    for (const [name, { declaration }] of head.tree.declarations) {
      const { pinned } = declaration
      const one = pinned && (await this.#pinned(name, pinned.commit, head, isStrange))
      if (one) composed.set(name, one)
    }
    return composed.size === 0 ? NO_COMPOSITIONS : { ...NO_COMPOSITIONS, composed }
  }

  async #pinned(
    name: string,
    commit: string,
    own: CommitTree,
    isStrange: boolean,
  ): Promise<Composed | undefined> {
    const source = own.tree.sources.get(name)
    if (source === undefined) return undefined
    const { member } = source
    const group = 'group' in member ? member.group?.name : undefined
    const key = JSON.stringify([name, ownDigest(source, own.tree.valuesFiles), group ?? '', commit])
    const known = this.#known.get(key)
    if (known || isStrange) return known
    const inherited = await this.#at(commit, own)
    if (inherited === undefined) return undefined
    const mixture = { own, inherited, ...(group !== undefined && { group }) }
    const mixed = await mixedDeclaration(name, mixture, this.#options)
    if (mixed === undefined) return undefined
    const revision = {
      own: own.snapshot.commit.oid,
      inherited: commit,
      ...(group !== undefined && { group }),
    }
    const composed = { ...mixed, revision }
    this.#known.set(key, composed)
    return composed
  }

  #at(commit: string, { tree }: CommitTree): Promise<CommitTree | undefined> {
    const known = this.#trees.get(commit)
    if (known) return known
    const found = this.#options.snapshotAt(commit).then(async (snapshot) => {
      if (snapshot === undefined) return undefined
      return { snapshot, tree: await declareTree(snapshot, this.#options, tree) }
    })
    this.#trees.set(commit, found)
    // the caller gets the error, the next one asks anew
    found.catch(() => this.#trees.delete(commit))
    return found
  }
}
