import type { ObjectReader } from '../object-reader.ts'
import type { Entry } from '../write-tree.ts'
import { hasFewLines, linesOf } from './merge-texts.ts'

/** Share of bytes, in whole lines, that a renamed file has in common with the original, as Git asks for (-M50%). */
const LEAST_ALIKE = 0.5
/** Maximum size of a file that is compared, in bytes, and its lines. */
const [LARGEST, MOST_LINES] = [1 << 20, 20_000]
/** Maximum number of lines that are compared in one merge: about a second of work. */
const MOST_COMPARED = 10_000_000
/** Maximum number of lines that are kept in memory. */
const MOST_KEPT = 500_000

interface Lines {
  readonly lines: readonly string[]
  /** Bytes of all of them. */
  readonly size: number
}

const NONE: Lines = { lines: [], size: 0 }

/** Compares files, as long as that takes a bounded time. */
export class AlikeFiles {
  readonly #objects: ObjectReader
  readonly #known = new Map<string, Lines>()
  #kept = 0
  #compared = 0

  constructor(objects: ObjectReader) {
    this.#objects = objects
  }

  /** The path of the file that is most like another; undefined where none is, or the bound is reached. */
  async mostAlike(original: Entry, files: ReadonlyMap<string, Entry>): Promise<string | undefined> {
    const text = await this.#linesOf(original)
    const counts = new Map<string, number>()
    for (const line of text.lines) counts.set(line, (counts.get(line) ?? 0) + 1)
    let best: { readonly path: string; readonly share: number } | undefined
    for (const [path, entry] of files) {
      if (this.#compared > MOST_COMPARED) return undefined
      const other = await this.#linesOf(entry)
      if (Math.min(text.size, other.size) < LEAST_ALIKE * Math.max(text.size, other.size)) continue
      this.#compared += other.lines.length
      const share = inCommon(counts, other.lines) / Math.max(1, text.size, other.size)
      if (share >= LEAST_ALIKE && share > (best?.share ?? 0)) best = { path, share }
    }
    return best?.path
  }

  async #linesOf({ oid }: Entry): Promise<Lines> {
    const known = this.#known.get(oid)
    if (known) return known
    const found = (await this.#objects.read([oid], LARGEST)).get(oid)
    const isText = found?.type === 'blob' && hasFewLines(found.bytes, MOST_LINES)
    const made = isText ? { lines: linesOf(found.bytes), size: found.bytes.length } : NONE
    this.#compared += made.lines.length
    this.#kept += made.lines.length
    if (this.#kept <= MOST_KEPT) this.#known.set(oid, made)
    return made
  }
}

/** Bytes of the lines that two files have in common. */
function inCommon(counts: ReadonlyMap<string, number>, lines: readonly string[]): number {
  const left = new Map<string, number>()
  let common = 0
  for (const line of lines) {
    const count = left.get(line) ?? counts.get(line) ?? 0
    if (count > 0) common += line.length
    left.set(line, count - 1)
  }
  return common
}
