import { endOfString } from './redact-values.ts'

const HIDDEN = '(hidden)'
/** A line of a difference or of a dump: the words of the server begin at the margin. */
const QUOTING = /^(?:[ \t\u00a0+\-@{}[\]]|$)/
const HUNK = /@@ -\d.*$/
/** Refusals by the validation of a kind: all that is indented below is the object (apimachinery, field.Error). */
const OF_VALIDATION = / is invalid: |: (?:Forbidden|Invalid value): /
/** Values in Go's syntax: `&core.Pod{`, `[]v1.Container{`, `map[string]string{`, `map[a:b]`, `&{`. */
const DUMP =
  /&?(?:(?:\[\]\*?|map\[[\w.*]{1,100}\]\*?){0,5}\b[a-z]\w{0,100}\.[A-Z]\w{0,100}|(?:\[\]\*?|map\[[\w.*]{1,100}\]\*?){1,5}\w{1,100}|&)\{|\bmap\[[^\]\s:]{0,100}:/g

/**
 * Redacts what a message of the API server quotes of a whole object: the difference between the old and the new one,
 * and structures in Go's syntax. Its sentences stay.
 */
export function redactDumps(text: string): string {
  return redactStructures(text.includes('\n') || text.includes('@@ -') ? redactDifferences(text) : text)
}

function redactDifferences(text: string): string {
  const [first = '', ...lines] = text.split('\n')
  const kept = [first.replace(HUNK, HIDDEN)]
  for (let at = 0; at < lines.length; ) {
    const end = endOfRun(lines, at)
    const run = lines.slice(at, end)
    if (end === at) kept.push(lines[at] ?? '')
    else if (OF_VALIDATION.test(text) ? run.some((line) => line !== '') : isDifference(run)) kept.push(HIDDEN)
    else kept.push(...run)
    at = Math.max(end, at + 1)
  }
  return kept.map((line) => line.replace(HUNK, HIDDEN)).join('\n')
}

function endOfRun(lines: readonly string[], start: number): number {
  let end = start
  while (end < lines.length && QUOTING.test(lines[end] ?? '')) end += 1
  return end
}

/** Policies write lists and indent, too. */
function isDifference(run: readonly string[]): boolean {
  const has = (pattern: RegExp) => run.some((line) => pattern.test(line))
  return has(/^@@ /) || (has(/^\+/) && has(/^-/))
}

function redactStructures(text: string): string {
  let tidy = ''
  let next = 0
  for (const { index, 0: opening } of text.matchAll(DUMP)) {
    if (index < next) continue // within a structure
    const [open, close] = opening.endsWith('{') ? ['{', '}'] : ['[', ']']
    tidy += text.slice(next, index) + HIDDEN
    next = endOfStructure(
      text,
      index + (open === '{' ? opening.length : opening.indexOf('[') + 1),
      open,
      close,
    )
  }
  return tidy + text.slice(next)
}

/** Index behind the closing bracket; a truncated structure extends to the end of the text. */
function endOfStructure(text: string, start: number, open = '{', close = '}'): number {
  let depth = 1
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"') at = endOfString(text, at)
    else if (character === open) depth += 1
    else if (character === close) depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}
