import { type GitObject, type ObjectType, objectId } from '../../../src/adapters/git/object-id.ts'
import { encodePack } from '../../../src/adapters/git/pack-writer.ts'
import { storePack } from '../../../src/adapters/git/store-pack.ts'
import { DIRECTORY, encodeTree, FILE, SYMLINK, type TreeRecord } from '../../../src/adapters/git/tree.ts'

/** What a path of a tree holds. */
export interface Held {
  readonly mode?: string
  readonly text?: string | Uint8Array
  /** Instead of a text: the object that is there, whatever it is. */
  readonly oid?: string
}

export type HeldFiles = Readonly<Record<string, string | Uint8Array | Held>>

export interface CommitOptions {
  readonly message?: string | undefined
  /** `NAME <ADDRESS> SECONDS ZONE`, as it is or not. */
  readonly person?: string | undefined
  /** Further lines of the head. */
  readonly head?: string | undefined
}

const PERSON = 'Mallory <mallory@evil.example> 1700000000 +0000'

/** Objects of Git as no program of Git would make them. */
export class RepositoryObjects {
  readonly #made = new Map<string, GitObject>()

  add(type: ObjectType, bytes: Uint8Array): string {
    const oid = objectId(type, bytes)
    this.#made.set(oid, { type, bytes })
    return oid
  }

  blob(text: string | Uint8Array): string {
    return this.add('blob', typeof text === 'string' ? Buffer.from(text) : text)
  }

  /** A tree in Git's order. */
  tree(records: readonly TreeRecord[]): string {
    return this.add('tree', encodeTree(records))
  }

  /** A tree with these records in this order, whatever they are. */
  rawTree(records: readonly (Omit<TreeRecord, 'name'> & { readonly name: string | Uint8Array })[]): string {
    const parts = records.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ])
    return this.add('tree', Buffer.concat(parts))
  }

  /** The tree of these paths. */
  treeOf(files: HeldFiles, links: Readonly<Record<string, string>> = {}): string {
    const all = new Map<string, TreeRecord>()
    for (const [path, held] of Object.entries(files)) all.set(path, this.#record(held))
    for (const [path, to] of Object.entries(links))
      all.set(path, { name: '', mode: SYMLINK, oid: this.blob(to) })
    return this.#treeAt([...all].map(([path, record]) => [path.split('/'), record]))
  }

  commit(
    tree: string,
    parents: readonly string[],
    { message = 'Change', person = PERSON, head = '' }: CommitOptions = {},
  ): string {
    const lines = [`tree ${tree}`, ...parents.map((oid) => `parent ${oid}`), `author ${person}`]
    lines.push(`committer ${person}`)
    return this.add('commit', Buffer.from(`${lines.join('\n')}\n${head}\n${message}\n`))
  }

  /** Writes all of them but those left out, as one pack. */
  async write(gitdir: string, without: ReadonlySet<string> = new Set()): Promise<void> {
    const objects = new Map([...this.#made].filter(([oid]) => !without.has(oid)))
    await storePack(gitdir, encodePack(objects))
  }

  #record(held: HeldFiles[string]): TreeRecord {
    if (typeof held === 'string' || held instanceof Uint8Array)
      return { name: '', mode: FILE, oid: this.blob(held) }
    return { name: '', mode: held.mode ?? FILE, oid: held.oid ?? this.blob(held.text ?? '') }
  }

  #treeAt(entries: readonly (readonly [path: readonly string[], record: TreeRecord])[]): string {
    const below = new Map<string, (readonly [readonly string[], TreeRecord])[]>()
    const records = new Map<string, TreeRecord>()
    for (const [[name = '', ...rest], record] of entries) {
      if (rest.length === 0) records.set(name, { ...record, name })
      else below.set(name, [...(below.get(name) ?? []), [rest, record]])
    }
    for (const [name, more] of below) records.set(name, { name, mode: DIRECTORY, oid: this.#treeAt(more) })
    return this.tree([...records.values()])
  }
}
