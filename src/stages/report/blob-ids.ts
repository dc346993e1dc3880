import { objectId } from '../../adapters/git/object-id.ts'

/** Git's ids of files, computed once for each text: most files of a status branch stay as they are. */
export class BlobIds {
  readonly #known = new Map<string, { readonly text: string; readonly oid: string }>()

  of(path: string, text: string): string {
    const known = this.#known.get(path)
    if (known?.text === text) return known.oid
    const oid = objectId('blob', Buffer.from(text))
    this.#known.set(path, { text, oid })
    return oid
  }

  /** Drops the ids of other files. */
  keep(files: ReadonlyMap<string, string>): void {
    for (const path of this.#known.keys()) if (!files.has(path)) this.#known.delete(path)
  }
}
