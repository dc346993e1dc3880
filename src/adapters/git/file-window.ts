import type { FileHandle } from 'node:fs/promises'
import { LRUCache } from 'lru-cache'

/** Small, since a walk through a history reads one object here and one there. */
const WINDOW = 64 << 10
const KEPT = 4 << 20

/** Reads ranges of a file in windows of 64 KiB, so that many small reads in order cost few real ones. */
export class FileWindow implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #windows = new LRUCache<number, Buffer>({
    maxSize: KEPT,
    sizeCalculation: ({ length }) => Math.max(1, length),
  })
  /** Bytes in the file. */
  readonly size: number

  constructor(file: FileHandle, size: number) {
    this.#file = file
    this.size = size
  }

  /** The bytes from `start` to `end` (exclusive); fewer if the file ends before. */
  async slice(start: number, end: number): Promise<Buffer> {
    const first = Math.floor(start / WINDOW) * WINDOW
    if (end > first + WINDOW) return this.#read(start, end - start)
    const window = this.#windows.get(first) ?? (await this.#load(first))
    return window.subarray(start - first, end - first)
  }

  async #load(first: number): Promise<Buffer> {
    const window = await this.#read(first, WINDOW)
    this.#windows.set(first, window)
    return window
  }

  async #read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - position))
    const buffer = Buffer.allocUnsafe(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.#file.read(buffer, filled, wanted - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  /** Frees the memory. */
  forget(): void {
    this.#windows.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
