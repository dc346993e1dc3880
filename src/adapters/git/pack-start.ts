const LENGTH = 4
const DATA_BAND = '\x01'

/**
 * Scans the answer to a fetch as it arrives (gitprotocol-pack(5)): the pack begins with the first data of
 * band 1. Progress messages and keepalives of the server come before it.
 */
export class PackStart {
  /** Beginning of a pkt-line: its length, and its band if it has one. */
  #head = ''
  /** Bytes left in the line. */
  #rest = 0

  /** Reads a chunk, which brings the beginning of the pack, else the end of a line, else a part of one. */
  read(chunk: Uint8Array): 'pack' | 'line' | 'part' {
    let found: 'line' | 'part' = 'part'
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest === 0) {
        this.#head += String.fromCharCode(chunk[at] ?? 0)
        at += 1
        if (this.#head.length < LENGTH) continue
        if (this.#readHead()) return 'pack'
      } else {
        const skipped = Math.min(this.#rest, chunk.length - at)
        this.#rest -= skipped
        at += skipped
      }
      if (this.#rest === 0 && this.#head === '') found = 'line'
    }
    return found
  }

  #readHead(): boolean {
    const digits = this.#head.slice(0, LENGTH)
    if (!/^[0-9a-f]{4}$/i.test(digits)) return true // without bands, the pack follows directly
    const length = Number.parseInt(digits, 16)
    const isShort = length <= LENGTH
    if (!isShort && this.#head.length === LENGTH) return false
    // A line of band 1 without data is a keepalive (uploadpack.keepAlive).
    if (!isShort && this.#head[LENGTH] === DATA_BAND && length > LENGTH + 1) return true
    this.#rest = Math.max(0, length - LENGTH - 1)
    this.#head = ''
    return false
  }
}
