import { RE2JS } from 're2js'
import { nameOf } from '../../declare/tree-path.ts'

/** Whether the rules of a `.helmignore` leave out a file, by its path in the chart. */
export type IgnoreRules = (path: string) => boolean

/** A `.helmignore` as it was read. */
export interface IgnoreFile {
  /** Undefined where Helm refuses them, and where they are too large. */
  readonly rules: IgnoreRules | undefined
  /** Number of lines. */
  readonly lines: number
  /** Number of characters. */
  readonly size: number
}

/** Maximum number of lines and of characters of a `.helmignore`, and of its characters for all of those of paths. */
const MOST_LINES = 2_000
const MOST_CHARACTERS = 64 * 1024
const MOST_WORK = 1e9

export function readIgnoreFile(text: string): IgnoreFile {
  const file = { lines: text.split('\n', MOST_LINES + 1).length, size: text.length }
  return { ...file, rules: isTooLarge(file) ? undefined : readIgnoreRules(text) }
}

/** Whether rules are too many to be applied, or too many for these paths. */
export function isTooLarge(
  { lines, size }: Omit<IgnoreFile, 'rules'>,
  paths: Iterable<string> = [],
): boolean {
  if (lines > MOST_LINES || size > MOST_CHARACTERS) return true
  let characters = 0
  for (const path of paths) for (const prefix of prefixesOf(path)) characters += prefix.length
  return size * characters > MOST_WORK
}

interface Rule {
  readonly isNegated: boolean
  readonly directoriesOnly: boolean
  readonly matches: (path: string) => boolean
}

/** Reads a `.helmignore`, as Helm's package `ignore` does; undefined where Helm refuses it. */
export function readIgnoreRules(text: string): IgnoreRules | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const rules = lines.map(ruleOf).filter((rule) => rule !== undefined)
  if (rules.length < lines.length) return undefined
  return (path) => prefixesOf(path).some((prefix) => isIgnored(rules, prefix, prefix !== path))
}

/** The first rule that is not about something else decides; a negated one leaves out all that it does not match. */
function isIgnored(rules: readonly Rule[], path: string, isDirectory: boolean): boolean {
  return rules.some(({ isNegated, directoriesOnly, matches }) => {
    if (isNegated) return (directoriesOnly && !isDirectory) || !matches(path)
    return (!directoriesOnly || isDirectory) && matches(path)
  })
}

/** The directories around a path from the top, and the path. */
function prefixesOf(path: string): readonly string[] {
  const words = path.split('/')
  return words.map((_, index) => words.slice(0, index + 1).join('/'))
}

function ruleOf(line: string): Rule | undefined {
  const isNegated = line.startsWith('!')
  const rule = isNegated ? line.slice(1) : line
  const directoriesOnly = rule.endsWith('/')
  const glob = directoriesOnly ? rule.slice(0, -1) : rule
  const pattern = line.includes('**') ? undefined : patternOf(glob.replace(/^\//, ''))
  if (pattern === undefined) return undefined
  const matches = (path: string) => pattern.matches(glob.includes('/') ? path : nameOf(path))
  return { isNegated, directoriesOnly, matches }
}

const TOKEN = /\*|\?|\\(?<escaped>.)|\[(?<not>\^?)(?<set>(?:\\.|[^\\\]])+)\]|(?<other>[^\\[])/suy

/** A pattern of Go's filepath.Match. */
function patternOf(glob: string): RE2JS | undefined {
  const token = new RegExp(TOKEN)
  let source = ''
  while (token.lastIndex < glob.length) {
    const found = token.exec(glob)
    if (found === null) return undefined
    source += sourceOf(found[0], found.groups ?? {})
  }
  try {
    return RE2JS.compile(source, RE2JS.DOTALL)
  } catch {
    return undefined
  }
}

function sourceOf(
  token: string,
  { escaped, not, set, other }: Readonly<Record<string, string | undefined>>,
): string {
  if (token === '*') return '[^/]*'
  if (token === '?') return '[^/]'
  if (set === undefined) return RE2JS.quote(escaped ?? other ?? '')
  const members = set.replaceAll(/\\(.)|([[\]^&])/gsu, (_, one, two) => RE2JS.quote(one ?? two))
  return `[${not}${members}]`
}
