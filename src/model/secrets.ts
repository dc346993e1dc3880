/** Placeholder for a secret. It reveals nothing, not even a length. */
export const REDACTED = '(secret)'

/**
 * Minimum length of a secret that is searched for within other texts, in characters. A shorter one matches
 * only a whole text: as a part it would be everywhere.
 */
const SHORTEST_PART = 4

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Decrypted texts that no plan, log, status or error may contain. `(secret)` when printed or serialized;
 * `reveal()` returns them.
 */
export class Secrets {
  readonly #texts: ReadonlySet<string>
  /** Texts to search for within others, the longest first, as it may contain another. */
  readonly #parts: readonly string[]

  constructor(texts: Iterable<string>) {
    this.#texts = new Set([...texts].filter((text) => text !== ''))
    const parts = new Set([...this.#texts].flatMap(formsOf).filter(({ length }) => length >= SHORTEST_PART))
    this.#parts = [...parts].sort((a, b) => b.length - a.length)
  }

  reveal(): ReadonlySet<string> {
    return this.#texts
  }

  /** Whether a text is a secret or contains one. */
  isIn(text: string): boolean {
    return this.#texts.has(text) || this.#parts.some((part) => text.includes(part))
  }

  /** The text with `(secret)` in place of each secret. */
  redact(text: string): string {
    if (this.#texts.has(text)) return REDACTED
    let between: readonly string[] = [text]
    for (const part of this.#parts)
      if (between.some((piece) => piece.includes(part)))
        between = between.flatMap((piece) => piece.split(part))
    return between.length === 1 ? text : between.join(REDACTED)
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
