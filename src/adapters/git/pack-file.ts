import { open, readFile } from 'node:fs/promises'
import { LRUCache } from 'lru-cache'
import { applyDelta, deltaResultSize } from './apply-delta.ts'
import { DamagedStore } from './damaged-store.ts'
import { FileWindow } from './file-window.ts'
import type { GitObject } from './object-id.ts'
import { inflateExactly, LONGEST_HEADER, type PackEntryHeader, parseEntryHeader } from './pack-entry.ts'
import { endOf, offsetOf, type PackIndex, parsePackIndex } from './pack-index.ts'

const BASE_CACHE = 16 << 20
const HEADER = 12
const CHECKSUM = 20
const LONGEST_CHAIN = 5_000
/** Maximum size of trees and delta bases that are read, in bytes. */
export const LARGEST_OBJECT = 64 << 20

/** Finds the base that a delta names by id, wherever it is. */
export type ReadBase = (oid: string) => Promise<GitObject | 'too-large'>

/** One pack and its index, open for reading. */
export class PackFile implements AsyncDisposable {
  readonly index: PackIndex
  readonly #file: FileWindow
  readonly #bases = new LRUCache<number, GitObject>({
    maxSize: BASE_CACHE,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes.length),
  })

  private constructor(index: PackIndex, file: FileWindow) {
    this.index = index
    this.#file = file
  }

  /**
   * Opens `<path>.pack` and `<path>.idx`.
   * @throws DamagedStore if they do not belong together or one is truncated
   */
  static async open(path: string): Promise<PackFile> {
    const index = parsePackIndex(await readFile(`${path}.idx`))
    const handle = await open(`${path}.pack`)
    const pack = new PackFile(index, new FileWindow(handle, (await handle.stat()).size))
    try {
      await pack.#check()
      return pack
    } catch (error) {
      await pack[Symbol.asyncDispose]()
      throw error
    }
  }

  get size(): number {
    return this.#file.size
  }

  has(oid: string): boolean {
    return offsetOf(this.index, oid) !== undefined
  }

  /** Reads the object at `offset`, unless it exceeds `limit` bytes. */
  async read(offset: number, limit: number, readBase: ReadBase, depth = 0): Promise<GitObject | 'too-large'> {
    const entry = await this.#entry(offset)
    if (entry.size > (isDelta(entry.kind) ? LARGEST_OBJECT : limit) || depth > LONGEST_CHAIN)
      return 'too-large'
    const bytes = inflateExactly(await this.#data(offset, entry.length), entry.size)
    if (!isDelta(entry.kind)) return { type: entry.kind, bytes }
    if (deltaResultSize(bytes) > limit) return 'too-large'
    const base = await (entry.baseOid
      ? readBase(entry.baseOid)
      : this.#readBase(this.#baseOffset(offset, entry), readBase, depth + 1))
    return base === 'too-large' ? base : { type: base.type, bytes: applyDelta(base.bytes, bytes) }
  }

  async #readBase(offset: number, readBase: ReadBase, depth: number): Promise<GitObject | 'too-large'> {
    const known = this.#bases.get(offset)
    if (known) return known
    const base = await this.read(offset, LARGEST_OBJECT, readBase, depth)
    if (base !== 'too-large') this.#bases.set(offset, base)
    return base
  }

  #baseOffset(at: number, entry: PackEntryHeader): number {
    const base = at - (entry.distance ?? 0)
    if (base < HEADER || base >= at) throw new DamagedStore('a delta does not come after its base')
    return base
  }

  async #entry(offset: number): Promise<PackEntryHeader> {
    return parseEntryHeader(await this.#file.slice(offset, offset + LONGEST_HEADER))
  }

  #data(offset: number, headerLength: number): Promise<Buffer> {
    return this.#file.slice(offset + headerLength, endOf(this.index, offset) ?? this.size - CHECKSUM)
  }

  async #check(): Promise<void> {
    const header = await this.#file.slice(0, HEADER)
    const checksum = await this.#file.slice(Math.max(0, this.size - CHECKSUM), this.size)
    const fits =
      header.length === HEADER &&
      header.toString('latin1', 0, 4) === 'PACK' &&
      header.readUInt32BE(8) === this.index.count &&
      checksum.toString('hex') === this.index.packChecksum
    if (!fits) throw new DamagedStore('a pack does not match its index')
  }

  /** Frees the memory that reading took. */
  forget(): void {
    this.#file.forget()
    this.#bases.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]()
  }
}

function isDelta(kind: PackEntryHeader['kind']): kind is 'offset-delta' | 'ref-delta' {
  return kind === 'offset-delta' || kind === 'ref-delta'
}
