import { cut } from '../../../model/cut.ts'
import { inertCode, inertWords } from '../../../model/inert-text.ts'
import { printable } from '../../../model/printable.ts'

/** Maximum length of a name, in characters. */
const LONGEST_NAME = 120
/** Number of names that are told without being asked for. */
const FEW = 3

/** A name as code: nothing in it is markup, a mention or a link. */
export function name(text: string): string {
  return inertCode(cut(printable(text), LONGEST_NAME) || '(none)')
}

/** Prose of others within a line: the words that mean something in Markdown are code. */
export function prose(text: string, longest = 500): string {
  const shown = cut(printable(text), longest)
  return /^\p{L}/u.test(shown) ? inertWords(shown) : inertCode(shown)
}

/** Lines that nothing in them can end; each begins with a sign or a space. */
export function fence(language: string, lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
  )
  const ticks = '`'.repeat(longest + 1)
  return [`${ticks}${language}`, ...lines, ticks].join('\n')
}

/** A part that is shown when it is asked for. @param summary Reeve's own words: HTML, in which Markdown is not read */
export function details(summary: string, body: string): string {
  return `${detailsStart(summary)}\n\n${body}\n\n${DETAILS_END}`
}

export function detailsStart(summary: string): string {
  return `<details><summary>${summary}</summary>`
}

export const DETAILS_END = '</details>'

/** `in `a`, `b`` or `in 198 installations`; empty for none. */
export function where(names: readonly string[]): string {
  if (names.length === 0) return ''
  return `in ${names.length <= FEW ? names.map(name).join(', ') : counted(names.length, 'installation')}`
}

/** Names, separated by commas, up to a length, and how many more there are. */
export function nameList(names: readonly string[], longest: number): string {
  const shown: string[] = []
  let length = 0
  for (const each of names) {
    const text = name(each)
    length += text.length + 2
    if (length > longest && shown.length > 0) break
    shown.push(text)
  }
  const rest = names.length - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`
}

/** Whether names are few enough to be told at once. */
export function areFew(names: readonly string[]): boolean {
  return names.length <= FEW
}

/** `1,234 objects` */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`
}

export function number(count: number): string {
  return count.toLocaleString('en')
}

/** A link to a page that Reeve itself names; only its text where the URL is none. */
export function link(text: string, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return text
  const target = parsed.href.replaceAll(
    /[()<>'"`*_~\\[\]|!@\s]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return `[${text}](${target})`
}

/** `2026-11-30 09:15 UTC` of a time of RFC 3339; any other text as code. */
export function timeText(time: string): string {
  const { date, clock } =
    /^(?<date>\d{4}-\d\d-\d\d)T(?<clock>\d\d:\d\d):\d\d(?:\.\d+)?Z$/.exec(time)?.groups ?? {}
  return date === undefined ? name(time) : `${date} ${clock} UTC`
}
