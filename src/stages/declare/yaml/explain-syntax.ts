import type { YamlFinding } from './composition.ts'
import { type Line, lineAt, linesTo } from './lines-to.ts'

/** A file that Git LFS keeps elsewhere is this text instead (git-lfs, docs/spec.md). */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/'
/** Lines that Git leaves in a file with a merge conflict. */
const CONFLICT = /^(?:<{7}|>{7}|\|{7}) \S|^={7}\r?$/m
/** An action of a Go template where YAML has a value, a key or a list element. */
const GO_TEMPLATE = /^\s*(?:- +)*(?:[\w./"-]+: +)?\{\{-?\s*(?:[.$]|\/\*|\w)/

/** What is wrong with a line, by its text; tried in order. */
const LINES: readonly (readonly [RegExp, string])[] = [
  [
    /^[ \u00a0\u2000-\u200b\u202f\u3000\ufeff]*[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/,
    'a character that YAML does not treat as a space, such as U+00A0, in the indentation',
  ],
  [
    /:[\u00a0\u2000-\u200b\u202f\u3000]/,
    'a character that YAML does not treat as a space, such as U+00A0, after a colon',
  ],
  [/^\s*(?:- +)*(?:[\w./-]+:\s+)?@/, 'a value that begins with "@": quote it'],
  [/^(?:\s+|\s*(?:- +)+|\s*(?:- +)*[\w./-]+:\s+)%/, 'a value that begins with "%": quote it'],
  [/^\s*(?:- +)*(?:[\w./-]+:\s+)?`/, 'a value that begins with a backtick: quote it'],
  [/^\s*-[\w"']/, 'no space after the "-" of a list element'],
  [/^\s*(?:- +)*[A-Za-z][\w./-]*:(?!\/\/)[^\s:]/, 'no space after the colon of a key'],
  [/^\s*(?:- +)*[\w./-]+:\s+[^\s"'[{|>&*!#][^#]*?:\s/, 'a value with ": " in it: quote it'],
]

/** The parser's words, and what they mean to a user. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^bad indentation of a mapping entry/, 'the indentation does not fit that of the lines above'],
  [/^bad indentation of a sequence entry/, 'the indentation does not fit that of the list elements above'],
  [
    /^end of the stream or a document separator/,
    'this line does not belong to the lines above: an indentation or a colon may be missing',
  ],
  [/^missed comma between flow collection/, 'a comma or a closing bracket is missing'],
  [/multiline key may not be an implicit key/, 'a line without a colon after its key, here or above'],
  [/^tab characters must not be used/, 'a tab in the indentation: YAML takes spaces only'],
  [
    /^expected hexadecimal character|^unknown escape sequence/,
    'a backslash in double quotes that begins no escape: double it, or use single quotes',
  ],
  [/^the stream contains non-printable/, 'a control character'],
  [
    /^a line break is expected/,
    'text after the "|" or ">" of a block of lines, which begins on the next line',
  ],
]

/** The finding of a file that is not YAML at all, but what a tool put in its place; undefined for others. */
export function strangeFile(text: string): YamlFinding | undefined {
  return text.startsWith(LFS_POINTER) ? { code: 'git-lfs-pointer', details: '', offset: 0 } : undefined
}

/** The first mark of a merge conflict. */
export function conflictIn(text: string): YamlFinding | undefined {
  const offset = text.search(CONFLICT)
  return offset < 0 ? undefined : { code: 'merge-conflict', details: '', offset }
}

/**
 * Explains why a document cannot be read, from its text: parsers stop where they notice, not where the mistake
 * is. Tells no values, which may be secret.
 */
export function explainSyntax(text: string, finding: YamlFinding): YamlFinding {
  const lines = linesTo(text, finding.offset)
  const found = conflictIn(text) ?? goTemplate(lines)
  if (found || finding.code !== 'yaml-syntax') return found ?? finding
  return byLine(lines, finding) ?? openQuote(lines, finding) ?? inWords(finding)
}

/** Explains a finding in a document that could be parsed: `a: {{ .Values.a }}` is a mapping in a mapping. */
export function explainFinding(text: string, finding: YamlFinding): YamlFinding {
  if (finding.code !== 'yaml-unsupported') return finding
  const line = lineAt(text, finding.offset)
  return GO_TEMPLATE.test(line.text) ? goTemplateAt(line) : finding
}

function goTemplate(lines: readonly Line[]): YamlFinding | undefined {
  const found = lines.findLast(({ text, isInBlock }) => !isInBlock && GO_TEMPLATE.test(text))
  return found && goTemplateAt(found)
}

function goTemplateAt({ offset }: Pick<Line, 'offset'>): YamlFinding {
  return { code: 'go-template', details: '', offset }
}

/** The mistake is in the line where the parser stopped, or in the one above, which it took for unfinished. */
function byLine([own, above]: readonly Line[], { details: reason }: YamlFinding): YamlFinding | undefined {
  if (own === undefined) return undefined
  const isAboveSuspect = above !== undefined && (!BAD_INDENTATION.test(reason) || isSibling(own, above))
  for (const { text, offset, isInBlock } of isAboveSuspect ? [own, above] : [own]) {
    const details = isInBlock ? undefined : LINES.find(([words]) => words.test(text))?.[1]
    if (details !== undefined) return { code: 'yaml-syntax', details, offset }
  }
  return undefined
}

const BAD_INDENTATION = /^bad indentation/

/** Whether a line is indented as what begins in the line above, so that its indentation is no mistake. */
function isSibling(own: Line, above: Line): boolean {
  return own.text.search(/\S/) === above.text.search(/[^\s-]/)
}

/** A value's quote that is not closed in its line; a quoted text of several lines is rare. */
const QUOTE = /^\s*(?:- +)*(?:[\w./-]+:\s+)?(?:"(?:[^"\\]|\\.)*$|'(?:[^']|'')*$)/

function openQuote(lines: readonly Line[], { details }: YamlFinding): YamlFinding | undefined {
  if (!MAY_BE_OPEN.test(details)) return undefined
  const found = lines.find(({ text, isInBlock }) => !isInBlock && QUOTE.test(text.replace(/\r$/, '')))
  return found && { code: 'yaml-syntax', details: 'a quote that is not closed', offset: found.offset }
}

const MAY_BE_OPEN = /^not indented enough|unexpected end of the (?:stream|document)/

function inWords(finding: YamlFinding): YamlFinding {
  const details = MEANINGS.find(([words]) => words.test(finding.details))?.[1]
  return details === undefined ? finding : { ...finding, details }
}
