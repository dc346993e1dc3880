import type { TreeEntry } from '../../model/snapshot.ts'
import type { TreeRecord } from './tree.ts'

/** A tree object that was read. */
export interface Tree {
  readonly records: readonly TreeRecord[]
  /** All entries below it, as listed last; `prefix` is where it stood, with a `/` at the end. */
  listing?: { readonly prefix: string; readonly entries: readonly TreeEntry[] }
}

/**
 * The trees that the last two walks met, by their ids: what is as it was in the commit before is
 * neither read nor listed again, and what is no longer met is forgotten. A cache of a fixed size would lose
 * every tree of a commit that has more trees than that.
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

  /** A walk has come to its end. */
  turn(): void {
    this.#before = this.#met
    this.#met = new Map()
  }
}
