import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DamagedStore, MissingObject } from './damaged-store.ts'
import { readLoose } from './loose-object.ts'
import { type GitObject, objectId } from './object-id.ts'
import { LARGEST_OBJECT, PackFile } from './pack-file.ts'
import { idsWithPrefix, offsetOf } from './pack-index.ts'

const MOST_BASE_HOPS = 50
/** Maximum time that reading holds the event loop at a stretch, in milliseconds. */
const TURN_MS = 10
/** Time for which the last windows of packs stay in memory, in milliseconds: one read often follows another. */
const KEPT_MS = 200

/** The objects of a git directory: packs first, then loose ones. Every object is verified by its id. */
export class ObjectStore implements AsyncDisposable {
  readonly gitdir: string
  readonly #packs = new Map<string, PackFile>()
  #reading = 0
  #closed = false
  #forgetting: NodeJS.Timeout | undefined

  private constructor(gitdir: string) {
    this.gitdir = gitdir
  }

  /** @throws DamagedStore if a pack or its index is damaged */
  static async open(gitdir: string): Promise<ObjectStore> {
    const store = new ObjectStore(gitdir)
    try {
      await store.refresh()
      return store
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Opens packs added since the last call. */
  async refresh(): Promise<void> {
    const files = await readdir(join(this.gitdir, 'objects', 'pack'))
    for (const file of files.filter((name) => name.endsWith('.idx'))) {
      const name = file.slice(0, -'.idx'.length)
      if (this.#packs.has(name)) continue
      this.#packs.set(name, await openPack(join(this.gitdir, 'objects', 'pack', name)))
    }
  }

  get packCount(): number {
    return this.#packs.size
  }

  /** Size of all packs in bytes. */
  get packBytes(): number {
    return this.#packs.values().reduce((sum, pack) => sum + pack.size, 0)
  }

  /** Whether the object exists; its content is not verified. */
  async has(oid: string): Promise<boolean> {
    if (this.#packs.values().some((pack) => pack.has(oid))) return true
    return (await readLoose(this.gitdir, oid, LARGEST_OBJECT)) !== undefined
  }

  /** The packed ids that begin with these hexadecimal digits, at least two. */
  idsWithPrefix(prefix: string): string[] {
    return [...new Set(this.#packs.values().flatMap((pack) => idsWithPrefix(pack.index, prefix)))]
  }

  /**
   * Reads objects in the order of their packs; leaves out those above `limit` bytes.
   * @param take receives each object instead of the result
   * @throws MissingObject, DamagedStore
   */
  async read(
    oids: Iterable<string>,
    limit = LARGEST_OBJECT,
    take?: (object: GitObject, oid: string) => void,
  ): Promise<Map<string, GitObject>> {
    return this.#whileOpen(async () => {
      const found = new Map<string, GitObject>()
      let turn = performance.now()
      for (const place of this.#places(oids)) {
        const object = await this.#readAt(place, limit, 0)
        if (object !== 'too-large' && take) take(object, place.oid)
        else if (object !== 'too-large') found.set(place.oid, object)
        if (performance.now() - turn > TURN_MS) {
          await new Promise(setImmediate)
          turn = performance.now()
        }
      }
      return found
    })
  }

  /** Closes the packs as soon as no read is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    if (this.#reading === 0) await this.#rest()
  }

  #places(oids: Iterable<string>): Place[] {
    const packs = [...this.#packs.values()]
    return Array.from(new Set(oids), (oid) => placeOf(oid, packs)).sort(
      (one, other) => one.rank - other.rank || one.offset - other.offset,
    )
  }

  async #readAt(place: Place, limit: number, hops: number): Promise<GitObject | 'too-large'> {
    if (hops > MOST_BASE_HOPS) throw new DamagedStore('a circular chain of deltas')
    const object = place.pack
      ? await place.pack.read(place.offset, limit, (oid) => this.#readBase(oid, hops + 1))
      : await readLoose(this.gitdir, place.oid, limit)
    if (!object) throw new MissingObject(place.oid)
    if (object !== 'too-large' && objectId(object.type, object.bytes) !== place.oid) {
      throw new DamagedStore(`the content of object ${place.oid} does not match its id`)
    }
    return object
  }

  async #readBase(oid: string, hops: number): Promise<GitObject | 'too-large'> {
    return this.#readAt(placeOf(oid, [...this.#packs.values()]), LARGEST_OBJECT, hops)
  }

  async #whileOpen<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#reading += 1
    try {
      return await action()
    } finally {
      this.#reading -= 1
      if (this.#reading === 0) await this.#rest()
    }
  }

  async #rest(): Promise<void> {
    if (this.#closed) return this.#closePacks()
    this.#forgetting ??= setTimeout(() => this.#forget(), KEPT_MS).unref()
  }

  #forget(): void {
    this.#forgetting = undefined
    if (this.#reading === 0) for (const pack of this.#packs.values()) pack.forget()
  }

  async #closePacks(): Promise<void> {
    clearTimeout(this.#forgetting)
    const packs = [...this.#packs.values()]
    this.#packs.clear()
    await Promise.all(packs.map((pack) => pack[Symbol.asyncDispose]()))
  }
}

interface Place {
  readonly oid: string
  readonly pack?: PackFile
  readonly offset: number
  /** Position of the pack among the packs. */
  readonly rank: number
}

function placeOf(oid: string, packs: readonly PackFile[]): Place {
  for (const [rank, pack] of packs.entries()) {
    const offset = offsetOf(pack.index, oid)
    if (offset !== undefined) return { oid, pack, offset, rank }
  }
  return { oid, offset: 0, rank: packs.length }
}

async function openPack(path: string): Promise<PackFile> {
  return PackFile.open(path).catch((cause) => {
    throw cause instanceof DamagedStore ? cause : new DamagedStore('a pack cannot be opened', { cause })
  })
}
