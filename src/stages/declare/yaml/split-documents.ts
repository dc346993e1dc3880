import { splitJsonStream } from './split-json-stream.ts'

/** One YAML document of a file, not parsed yet. */
export interface DocumentText {
  readonly text: string
  /** Offset of the text in the file. */
  readonly start: number
  /** The line of the file on which the text begins, counted from 0. */
  readonly line: number
  /** Something other than a comment follows the `---` above the document. */
  readonly badSeparator: boolean
}

/** A line that is neither blank nor a comment. */
const content = /^[^\S\r\n]*[^\s#]/m

/**
 * Splits a file into its documents as kubectl does (apimachinery's YAMLReader): at every line that begins
 * with `---`, before any YAML is parsed. So a syntax error affects its own document only. Documents of blank
 * lines and comments are omitted. JSON objects that follow one another without a separator are documents,
 * too.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = []
  let start = 0
  let line = 0
  let badSeparator = false
  for (;;) {
    const end = separatorFrom(text, start)
    const chunk = start === 0 && end === text.length ? text : text.slice(start, end)
    if (badSeparator) documents.push({ text: '', start, line: line - 1, badSeparator })
    else if (content.test(chunk)) addDocuments(documents, chunk, { start, line })
    if (end === text.length) return documents
    line += countLines(chunk, chunk.length) + 1
    start = endOfLine(text, end)
    badSeparator = !/^---\s*(?:#|$)/.test(text.slice(end, start))
  }
}

/** The offset of the next line that begins with `---`; the text's length where there is none. */
function separatorFrom(text: string, start: number): number {
  if (text.startsWith('---', start)) return start
  const found = text.indexOf('\n---', start)
  return found < 0 ? text.length : found + 1
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline < 0 ? text.length : newline + 1
}

function addDocuments(
  documents: DocumentText[],
  text: string,
  first: Pick<DocumentText, 'start' | 'line'>,
): void {
  let { line } = first
  let last = 0
  for (const { start, end } of splitJsonStream(text) ?? [{ start: 0, end: text.length }]) {
    line += countLines(text.slice(last, start), start - last)
    last = start
    documents.push({ text: text.slice(start, end), start: first.start + start, line, badSeparator: false })
  }
}

/** The number of lines that end before `offset`. */
export function countLines(text: string, offset: number): number {
  let lines = 0
  let at = text.indexOf('\n')
  while (at >= 0 && at < offset) {
    lines += 1
    at = text.indexOf('\n', at + 1)
  }
  return lines
}
