import { type PartSearch, partSearch, SHORTEST_PART } from './part-search.ts'

/** Placeholder for a secret. It reveals nothing, not even a length. */
export const REDACTED = '(secret)'

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Decrypted texts that no plan, log, status or error may contain. `(secret)` when printed or serialized;
 * `reveal()` returns them.
 */
export class Secrets {
  readonly #texts: ReadonlySet<string>
  /** Made when it is first needed: many are never searched for. */
  #search: PartSearch | undefined

  constructor(texts: Iterable<string>) {
    this.#texts = new Set([...texts].filter((text) => text !== ''))
  }

  reveal(): ReadonlySet<string> {
    return this.#texts
  }

  /** Whether a text is a secret or contains one. One that is shorter than a part is only searched for as a whole. */
  isIn(text: string): boolean {
    return this.#texts.has(text) || this.#parts().isIn(text)
  }

  /** The text with `(secret)` in place of each secret. */
  redact(text: string): string {
    return this.#texts.has(text) ? REDACTED : this.#parts().replaced(text, () => REDACTED)
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [INSPECT](): string {
    return REDACTED
  }

  #parts(): PartSearch {
    this.#search ??= partSearch(partsOf(this.#texts))
    return this.#search
  }
}

function* partsOf(texts: Iterable<string>): Iterable<string> {
  for (const text of texts) for (const form of formsOf(text)) if (form.length >= SHORTEST_PART) yield form
}

/** Forms of a secret within other texts: as it is, trimmed, in JSON, in base64, in a URL, in other case, its lines. */
function formsOf(text: string): readonly string[] {
  const trimmed = text.trim()
  return [
    text,
    trimmed,
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('base64url'),
    encodeURIComponent(text.toWellFormed()),
    text.toLowerCase(),
    text.toUpperCase(),
    ...(text.length > QUOTED
      ? [text.slice(0, QUOTED), JSON.stringify(text.slice(0, QUOTED)).slice(1, -1)]
      : []),
    ...(trimmed.includes('\n') ? linesOf(trimmed) : []),
  ]
}

/** Length at which messages cut the texts that they quote, in characters. */
const QUOTED = 80

/** Minimum length of a line that is searched for, in characters: a shorter one says little. */
const SHORTEST_LINE = 16

/** Those of a key or certificate; its first and last line are those of all. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'))
}

/** Merges secrets; undefined where there are none. */
export function allSecrets(...some: readonly (Secrets | undefined)[]): Secrets | undefined {
  const [first, ...others] = some.filter((secrets) => secrets !== undefined)
  if (first === undefined) return undefined
  const known = first.reveal()
  const more = others.flatMap((secrets) => [...secrets.reveal()].filter((text) => !known.has(text)))
  return more.length === 0 ? first : new Secrets([...known, ...more])
}
