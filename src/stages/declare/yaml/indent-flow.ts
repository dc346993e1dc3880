/**
 * kubectl accepts lists and mappings in brackets whose lines are not indented, such as
 *
 *     args: [
 *       a
 *     ]
 *
 * below another key; YAML 1.2 and our parser don't. Indents the lines from the one at `offset`, which is
 * inside such brackets, up to the closing one. Leading white space of these lines has no meaning, and line
 * numbers stay. Undefined where the line begins before the brackets, or they are not closed.
 */
export function indentFlow(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  if (text.slice(start, offset).trim() !== '') return undefined
  const end = endOfFlow(text, start)
  if (end === undefined) return undefined
  const lines = text.slice(start, end)
  const margin = ' '.repeat(widestIndent(text) + 1)
  return text.slice(0, start) + margin + lines.replaceAll('\n', `\n${margin}`) + text.slice(end)
}

/** The widest indent of the text; beyond it, no line is deficient. */
function widestIndent(text: string): number {
  const indents = text.match(/^[ -]+/gm) ?? []
  return indents.reduce((widest, indent) => Math.max(widest, indent.length), 0)
}

/** The offset after the outermost bracket that was open at `start`. */
function endOfFlow(text: string, start: number): number | undefined {
  let depth = 1
  for (let at = endOfToken(text, start); at <= text.length; at = endOfToken(text, at)) {
    depth += change(text.charAt(at - 1))
    if (depth > 0) continue
    if (!goesOn(text, at)) return at
    depth = 1
  }
  return undefined
}

function change(character: string): number {
  if (character === '[' || character === '{') return 1
  return character === ']' || character === '}' ? -1 : 0
}

/** The offset after the quoted scalar, the comment or else the character at `at`. */
function endOfToken(text: string, at: number): number {
  const character = text.charAt(at)
  if (!`"'#`.includes(character) || !beginsToken(text, at)) return at + 1
  return character === '#' ? endOfComment(text, at) + 1 : endOfQuotes(text, at) + 1
}

/** A quote or `#` inside a word belongs to the word. */
function beginsToken(text: string, at: number): boolean {
  return at === 0 || ' \t\n\r[]{},:'.includes(text.charAt(at - 1))
}

function endOfQuotes(text: string, start: number): number {
  const quote = text.charAt(start)
  let at = start + 1
  while (at < text.length) {
    const pair = text.slice(at, at + 2)
    const isEscape = quote === '"' ? pair.startsWith('\\') : pair === "''"
    if (!isEscape && pair.startsWith(quote)) return at
    at += isEscape ? 2 : 1
  }
  return at
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}

/** Whether the following text is only valid in brackets: more of them are open. */
function goesOn(text: string, from: number): boolean {
  let at = from
  while (at < text.length) {
    const character = text.charAt(at)
    if (character === '#' && beginsToken(text, at)) at = endOfComment(text, at)
    else if (!' \t\r\n'.includes(character)) return ',]}'.includes(character)
    at += 1
  }
  return false
}
