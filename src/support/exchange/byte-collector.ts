/** Maximum size of the blocks that small chunks are copied to, in bytes. */
const BLOCK = 64 << 10
/** Chunks of this size and above are kept as they are, in bytes. */
const LARGE = 16 << 10

/**
 * Joins the chunks of a stream. Small ones are copied: otherwise a stream of single bytes takes a hundred
 * times its size.
 */
export class ByteCollector {
  readonly #parts: Uint8Array[] = []
  #block = Buffer.alloc(0)
  /** Bytes of the block that are used. */
  #used = 0
  #size = 0

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.length
    if (chunk.length >= LARGE) {
      this.#closeBlock()
      this.#parts.push(chunk)
      return
    }
    if (this.#used + chunk.length > this.#block.length) {
      this.#closeBlock()
      this.#block = Buffer.allocUnsafe(Math.max(chunk.length, Math.min(BLOCK, this.#size)))
    }
    this.#block.set(chunk, this.#used)
    this.#used += chunk.length
  }

  bytes(): Buffer {
    this.#closeBlock()
    return Buffer.concat(this.#parts, this.#size)
  }

  #closeBlock(): void {
    if (this.#used > 0) this.#parts.push(this.#block.subarray(0, this.#used))
    this.#block = this.#block.subarray(this.#used)
    this.#used = 0
  }
}
