import { printable } from './printable.ts'

/**
 * What forges make links, mentions and references of, even where a backslash stands before it: they look at what
 * is left after the Markdown. GitHub, GitLab, Gitea and Bitbucket are covered.
 */
const REFERENCE =
  /(?<mention>@)(?=[\w-])|(?<number>[#!&%$])(?=\d)|\b(?<key>[gG][hH]-|[A-Z][A-Z0-9_]*-)(?=\d)|(?<scheme>:)(?=\/\/)|(?<www>\b[wW]{3})(?=\.)|(?<![\w-])(?<commit>[0-9a-fA-F]{7,64})(?![\w-])/gu
/** Letters, digits and signs that mean nothing in Markdown and begin no reference. */
const HARMLESS = /^(?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic} ,.;()'"/…→=+:-]|\u200d|\ufe0f)*$/u
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
  return HARMLESS.test(shown) && !SHORT_CODE.test(shown) && !hasReference(shown) ? shown : code(shown)
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

function hasReference(text: string): boolean {
  return text.search(REFERENCE) >= 0
}

/** A code span, longer than any backticks in it; in a cell, each pipe needs a backslash (GFM, section 4.10). */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const inner = text.replaceAll(/\\?\|/g, (pipe) => (pipe === '|' ? '\\|' : '\\\\u007c'))
  const pad = /^[` ]|[` ]$/.test(inner) ? ' ' : ''
  return `${fence}${pad}${inner}${pad}${fence}`
}
