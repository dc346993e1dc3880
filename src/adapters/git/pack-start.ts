const LENGTH = 4
const DATA_BAND = '\x01'

/**
 * Looks at the answer to a fetch while it arrives (gitprotocol-pack(5)): the pack begins with the first data of
 * band 1. Before that come lines in which the server says how far it is with making the pack, or that it is
 * still there.
 */
export class PackStart {
  /** The beginning of a pkt-line: its length, and where it has one its band. */
  #head = ''
  /** Bytes to go to the end of the line. */
  #rest = 0

  /** What this chunk brings: the beginning of the pack, else the end of a line, else a part of one. */
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
    if (!/^[0-9a-f]{4}$/i.test(digits)) return true // without bands the pack follows as it is
    const length = Number.parseInt(digits, 16)
    const isShort = length <= LENGTH
    if (!isShort && this.#head.length === LENGTH) return false
    // A line of band 1 without data is a sign of life (uploadpack.keepAlive).
    if (!isShort && this.#head[LENGTH] === DATA_BAND && length > LENGTH + 1) return true
    this.#rest = Math.max(0, length - LENGTH - 1)
    this.#head = ''
    return false
  }
}
