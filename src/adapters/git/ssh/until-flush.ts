const LENGTH = 4

/** The chunks of a list of lines up to its flush (gitprotocol-common(5)), and to the end of what is no such list. */
export async function* untilFlush(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const scanner = new FlushScanner()
  for await (const chunk of chunks) {
    const end = scanner.read(chunk)
    yield end === undefined ? chunk : chunk.subarray(0, end)
    if (end !== undefined) return
  }
}

class FlushScanner {
  /** Beginning of the length of a line. */
  #digits = ''
  /** Bytes left in the line. */
  #rest = 0

  /** @returns the position after the flush, or after what is no length; undefined if neither is in the chunk */
  read(chunk: Buffer): number | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest > 0) {
        const skipped = Math.min(this.#rest, chunk.length - at)
        this.#rest -= skipped
        at += skipped
        continue
      }
      const digits = chunk.toString('latin1', at, at + LENGTH - this.#digits.length)
      this.#digits += digits
      at += digits.length
      if (this.#digits.length < LENGTH) continue
      if (this.#digits === '0000') return at
      if (!/^[0-9a-f]{4}$/i.test(this.#digits)) return chunk.length
      this.#rest = Math.max(0, Number.parseInt(this.#digits, 16) - LENGTH)
      this.#digits = ''
    }
    return undefined
  }
}
