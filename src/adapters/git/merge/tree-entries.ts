import type { ObjectReader } from '../object-reader.ts'
import { DIRECTORY, type TreeRecord } from '../tree.ts'
import { type Entry, readTree } from '../write-tree.ts'

/** Finds entries of trees by their paths; reads each tree once. */
export class TreeEntries {
  readonly #objects: ObjectReader
  readonly #known = new Map<string, ReadonlyMap<string, TreeRecord>>()

  constructor(objects: ObjectReader) {
    this.#objects = objects
  }

  async at(tree: string | undefined, path: string): Promise<Entry | undefined> {
    let record: TreeRecord | undefined
    let directory = tree
    for (const name of path.split('/')) {
      if (directory === undefined) return undefined
      record = (await this.#records(directory)).get(name)
      directory = record?.mode === DIRECTORY ? record.oid : undefined
    }
    return record
  }

  async #records(tree: string): Promise<ReadonlyMap<string, TreeRecord>> {
    const known = this.#known.get(tree)
    if (known) return known
    const records = await readTree(this.#objects, tree)
    const byName = new Map(records.map((record) => [record.name, record]))
    this.#known.set(tree, byName)
    return byName
  }
}
