import type { TreeEntry } from '../../model/snapshot.ts'
import type { TreeRecord } from './tree.ts'

/** What a tree has below it, without the directories that are not listed. */
export interface Extent {
  readonly entries: number
  /** Of the paths from it on. */
  readonly characters: number
  /** Number of directories that are not listed. */
  readonly leftOut: number
}

/** A parsed tree object. */
export interface Tree {
  readonly records: readonly TreeRecord[]
  /** Once it is measured. */
  extent?: Extent
  /** Entries below it when last listed; `prefix` is its path at that time, with a `/` at the end. */
  listing?: { readonly prefix: string; readonly entries: readonly TreeEntry[] }
}

/**
 * The trees that the last two walks met, by their ids: unchanged trees are neither read nor listed again, and
 * trees no longer met are dropped. A cache of a fixed size would lose every tree of a commit with more trees
 * than that.
 */
export class TreeCache {
  #met = new Map<string, Tree>()
  #before = new Map<string, Tree>()

  get(oid: string): Tree | undefined {
    const tree = this.#met.get(oid) ?? this.#before.get(oid)
    if (tree !== undefined) this.#met.set(oid, tree)
    return tree
  }

  set(oid: string, tree: Tree): void {
    this.#met.set(oid, tree)
  }

  /** Ends a walk. */
  turn(): void {
    this.#before = this.#met
    this.#met = new Map()
  }
}
