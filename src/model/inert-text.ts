import { printable } from './printable.ts'

/**
 * What forges make links, mentions and references of, even where a backslash stands before it: they look at what
 * is left after the Markdown. GitHub, GitLab, Gitea and Bitbucket are covered.
 */
const REFERENCE =
  /(?<mention>@)(?=[\w-])|(?<number>[#!&%$])(?=\d)|\b(?<key>[gG][hH]-|[A-Z][A-Z0-9_]*-)(?=\d)|(?<scheme>:)(?=\/\/)|(?<www>\b[wW]{3})(?=\.)|(?<![\w-])(?<commit>[0-9a-fA-F]{7,64})(?![\w-])/gu
/** Letters, digits and signs that mean nothing in Markdown and begin no reference. */
const HARMLESS = /^(?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic} ,.;?()'"/…→=+:-]|\u200d|\ufe0f)*$/u
const SHORT_CODE = /:[\w+-]+:/
const ONLY_DIGITS = /^\d+$/

/** Signs with a meaning in Markdown, and a backslash before any sign. */
const MARKUP =
  /\\(?=[!-/:-@[-`{-~])|[`|*]|(?<!\w)_|_(?!\w)|(?<![\s(])~|~(?!\d)|<(?=[a-z/!?])|\](?=\()|&(?=#?\w+;)/gi
/** Signs that begin a block, after the indent and the bullet of Reeve's own. */
const BLOCK = /^(- |(?!- ) *)(?=[#>+=[-]|\d+[.)])/
const OWN_TRAILER = /^(Reeve-[\w-]+):/i

/**
 * A text within Markdown, on one line: as it is where it means nothing there, else as code, in which forges see
 * neither markup nor mentions. It may stand in a cell of a table.
 */
export function inertMarkdown(text: string): string {
  const shown = printable(text).replaceAll(/\s+/g, ' ')
  return isHarmless(shown) ? shown : code(shown)
}

/**
 * Like inertMarkdown for prose outside of tables: only the words that mean something in Markdown are code, so that
 * the rest is read as what it is. It must not begin a line.
 */
export function inertWords(text: string): string {
  const words = printable(text).trim().split(/\s+/)
  const runs: { readonly isInert: boolean; readonly words: string[] }[] = []
  for (const word of words) {
    const isInert = isHarmless(word)
    const last = runs.at(-1)
    if (last?.isInert === isInert) last.words.push(word)
    else runs.push({ isInert, words: [word] })
  }
  return runs
    .map(({ isInert, words: run }) => (isInert ? run.join(' ') : codeOfWords(run.join(' '))))
    .join(' ')
}

/** Words as code, without the sign that ends their sentence or clause. */
function codeOfWords(words: string): string {
  const [, code = words, end = ''] = /^(.*\w)([.,;])$/su.exec(words) ?? []
  return `${inertCode(code)}${end}`
}

/** A text as code, on one line, outside of tables. */
export function inertCode(text: string): string {
  return codeSpan(printable(text).replaceAll(/\s+/g, ' '))
}

/** A text as code in a cell of a table. */
export function inertCell(text: string): string {
  return code(printable(text).replaceAll(/\s+/g, ' '))
}

/**
 * A line of a commit message, which forges show as text or as Markdown: mentions, references and URLs are broken by
 * a space, ids of commits shortened until they are none, and markup has a backslash. Own indent and bullet stay.
 * @param isOwn whether Reeve itself names this commit
 */
export function inertLine(line: string, isOwn: (commit: string) => boolean): string {
  const broken = printable(line).replaceAll(REFERENCE, (found, ...rest) => {
    const { commit } = rest.at(-1) as { readonly commit?: string }
    if (commit === undefined) return `${found} `
    return ONLY_DIGITS.test(commit) || isOwn(commit) ? commit : `${commit.slice(0, 6)}…`
  })
  const plain = broken.replaceAll(MARKUP, (sign) => `\\${sign}`)
  return plain.replace(BLOCK, (start) => `${start}\\`).replace(OWN_TRAILER, '$1 :')
}

function isHarmless(text: string): boolean {
  return HARMLESS.test(text) && !SHORT_CODE.test(text) && text.search(REFERENCE) < 0
}

/** In a cell, each pipe needs a backslash (GFM, section 4.10). */
function code(text: string): string {
  return codeSpan(text.replaceAll(/\\?\|/g, (pipe) => (pipe === '|' ? '\\|' : '\\\\u007c')))
}

/** A code span, longer than any backticks in it. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : ''
  return text === '' ? '' : `${fence}${pad}${text}${pad}${fence}`
}
