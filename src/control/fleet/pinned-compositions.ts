import { LRUCache } from 'lru-cache'
import { mixedRevision } from '../../model/revision.ts'
import { groupIn } from '../../stages/declare/fleet/membership.ts'
import { type CommitTree, mixedDeclaration } from '../../stages/declare/mixed-declaration.ts'
import { ownDigest } from '../../stages/declare/own-digest.ts'
import { CommitTrees, type CommitTreesOptions } from './commit-trees.ts'
import { type Composed, type Compositions, NO_COMPOSITIONS } from './compositions.ts'

/** Maximum number of installations that are kept: the same ones are asked for with each commit. */
const MOST = 1_000

/**
 * What installations are made from once all rollouts are through: all of a commit, but for those that their documents
 * pin to an earlier one.
 */
export class PinnedCompositions {
  readonly #trees: CommitTrees
  readonly #known = new LRUCache<string, Composed>({ max: MOST })

  constructor(options: CommitTreesOptions) {
    this.#trees = new CommitTrees(options)
  }

  /** @param isStrange whether a stranger made it: then only what was asked for before is read from earlier commits */
  of(head: CommitTree, isStrange = false): Promise<Compositions> {
    return this.#of(head.tree.declarations.keys(), head, isStrange)
  }

  /** The same for one installation: others are as if they were not pinned. */
  ofOne(name: string, head: CommitTree): Promise<Compositions> {
    return this.#of([name], head, false)
  }

  async #of(names: Iterable<string>, head: CommitTree, isStrange: boolean): Promise<Compositions> {
    const composed = new Map<string, Composed>()
    for (const name of names) {
      const pinned = head.tree.declarations.get(name)?.declaration.pinned
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
    const group = groupIn(member)?.name
    const key = JSON.stringify([name, ownDigest(source, own.tree.valuesFiles), group ?? '', commit])
    const known = this.#known.get(key)
    if (known || isStrange) return known
    const inherited = await this.#trees.at(commit, own.tree)
    if (inherited === undefined) return undefined
    const mixture = { own, inherited, ...(group !== undefined && { group }) }
    const mixed = await mixedDeclaration(name, mixture, this.#trees.options)
    if (mixed === undefined) return undefined
    const composed = { ...mixed, revision: mixedRevision(own.snapshot.commit.oid, commit, group) }
    this.#known.set(key, composed)
    return composed
  }
}
