/** A text with references, in pieces. */
export type Piece = string | Reference

/** `${values.web.replicas:-3}` */
export interface Reference {
  /** Path segments: `values`, `web`, `replicas`. */
  readonly words: readonly string[]
  /** The default where there is no value. */
  readonly fallback?: string
}

export type ParsedText = { readonly pieces: readonly Piece[] } | { readonly problem: string }

const PATH = /^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/
const ROOTS: ReadonlySet<string> = new Set(['values', 'installation'])

/**
 * Splits a text at its references. `$${` is an escaped `${`. A default extends to the next `}`.
 *
 * @returns the pieces, or the problem; undefined for a text without any `${`
 */
export function parseText(text: string): ParsedText | undefined {
  if (!text.includes('${')) return undefined
  const pieces: Piece[] = []
  let literal = ''
  let next = 0
  for (;;) {
    const start = text.indexOf('${', next)
    if (start < 0) break
    const isEscaped = text[start - 1] === '$' && start > next
    if (isEscaped) {
      literal += `${text.slice(next, start - 1)}\${`
      next = start + 2
      continue
    }
    const end = text.indexOf('}', start)
    if (end < 0) return { problem: 'unclosed ${; write $${ for a literal ${' }
    if (isLater(text.slice(start + 2, end))) {
      literal += text.slice(next, end + 1)
      next = end + 1
      continue
    }
    const reference = parseReference(text.slice(start + 2, end))
    if ('problem' in reference) return reference
    pieces.push(literal + text.slice(next, start), reference)
    literal = ''
    next = end + 1
  }
  pieces.push(literal + text.slice(next))
  return { pieces: pieces.filter((piece) => piece !== '') }
}

/** What an operation told is known only when another one runs. */
function isLater(inside: string): boolean {
  return inside.trim().startsWith('operations.')
}

function parseReference(inside: string): Reference | { readonly problem: string } {
  const colon = inside.indexOf(':-')
  const path = (colon < 0 ? inside : inside.slice(0, colon)).trim()
  const words = path.split('.')
  if (!PATH.test(path) || words.length < 2 || !ROOTS.has(words[0] ?? ''))
    return {
      problem: `\${${inside}} is not a reference such as \${values.replicas} or \${installation.name}: write $\${ for a literal \${`,
    }
  return colon < 0 ? { words } : { words, fallback: inside.slice(colon + 2) }
}
