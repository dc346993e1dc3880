import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../src/support/package/package-root.ts'

/** A line of the log, as the source writes it. */
export interface LogMessage {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

const CALL = /\blog\.(debug|info|warn|error)\(/g
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g

/** Every static message that Reeve logs, sorted, each once with each of its levels. */
export async function logMessages(): Promise<readonly LogMessage[]> {
  const root = join(packageRoot(), 'src')
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(files.map((name) => readFile(join(root, name), 'utf8')))
  const found = texts.flatMap(messagesIn)
  const distinct = new Map(found.map((each) => [`${each.message}\0${each.level}`, each]))
  return [...distinct.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

function messagesIn(text: string): readonly LogMessage[] {
  return [...text.matchAll(CALL)].flatMap(({ 0: call, 1: level, index }) => {
    const last = argumentsAt(text, index + call.length).at(-1) ?? ''
    const literals = [...last.matchAll(LITERAL)].map(([, single, double]) => single ?? double ?? '')
    return literals.map((message) => ({ level: level as LogMessage['level'], message }))
  })
}

/** Texts of the arguments of a call whose first begins at an index. */
function argumentsAt(text: string, start: number): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let from = start
  for (let at = start; depth >= 0 && at < text.length; at = next(text, at)) {
    const sign = text.charAt(at)
    if ('([{'.includes(sign)) depth += 1
    if (')]}'.includes(sign)) depth -= 1
    if (depth >= 0 && !(sign === ',' && depth === 0)) continue
    parts.push(text.slice(from, at).trim())
    from = at + 1
  }
  return parts.filter((part) => part !== '')
}

/** The index after the sign, or after the string literal that begins there. */
function next(text: string, start: number): number {
  const quote = text.charAt(start)
  if (!['"', "'", '`'].includes(quote)) return start + 1
  let at = start + 1
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === '\\' ? 2 : 1
  return at + 1
}
