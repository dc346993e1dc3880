import type { ObjectId } from '../../model/object.ts'

/** Sets of ids by key; empty sets are removed. */
export class IndexedIds {
  readonly #sets = new Map<string, Set<ObjectId>>()

  keys(): Iterable<string> {
    return this.#sets.keys()
  }

  ids(key: string): Iterable<ObjectId> {
    return this.#sets.get(key) ?? []
  }

  add(key: string, id: ObjectId): void {
    const ids = this.#sets.get(key)
    if (ids === undefined) this.#sets.set(key, new Set([id]))
    else ids.add(id)
  }

  remove(key: string, id: ObjectId): void {
    const ids = this.#sets.get(key)
    ids?.delete(id)
    if (ids?.size === 0) this.#sets.delete(key)
  }
}
