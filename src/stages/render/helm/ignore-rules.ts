import { RE2JS } from 're2js'
import { nameOf } from '../../declare/tree-path.ts'

/** Whether the rules of a `.helmignore` leave out a file, by its path in the chart. */
export type IgnoreRules = (path: string) => boolean

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
