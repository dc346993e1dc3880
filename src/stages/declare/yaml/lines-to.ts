/** A line that is not blank. */
export interface Line {
  readonly text: string
  /** Of its beginning, in the document's text. */
  readonly offset: number
  /** Whether it is in a block scalar (`|`, `>`): text, not YAML. */
  readonly isInBlock: boolean
}

/** Maximum number of characters of the lines before the last one. */
const LOOKED_AT = 20_000
/** Maximum length of a line that may begin a block scalar: matching takes quadratic time. */
const LONGEST_HEADER = 1_000
/** The header of a block scalar: an indicator where a value begins, after its tag and anchor. */
const BLOCK_HEADER =
  /^([ \t]*)((?:[-?][ \t]+)*)((?![-?][ \t])[^#\s].*:[ \t]+|)(?:[!&]\S*[ \t]+)*[|>][-+1-9]{0,2}[ \t]*(?:[ \t]#.*)?\r?$/

/** The lines up to the one at `end`, with that one, the latest first. */
export function linesTo(text: string, end: number): readonly Line[] {
  const from = text.lastIndexOf('\n', Math.max(0, end - LOOKED_AT)) + 1
  const last = text.indexOf('\n', end)
  const lines: Line[] = []
  let offset = 0
  let block: number | undefined
  for (const line of text.slice(0, last < 0 ? text.length : last).split('\n')) {
    if (line.trim() !== '') {
      const isInBlock = block !== undefined && indentOf(line) > block
      if (!isInBlock) block = blockAt(line)
      if (offset >= from) lines.push({ text: line, offset, isInBlock })
    }
    offset += line.length + 1
  }
  return lines.reverse()
}

/** The text of the line at an offset, and its beginning. */
export function lineAt(text: string, at: number): Pick<Line, 'text' | 'offset'> {
  const offset = text.lastIndexOf('\n', at - 1) + 1
  const end = text.indexOf('\n', at)
  return { text: text.slice(offset, end < 0 ? text.length : end), offset }
}

function indentOf(line: string): number {
  return line.search(/[^ \t]/)
}

/** The column that the lines of the block scalar that begins in this line exceed; undefined without one. */
function blockAt(line: string): number | undefined {
  if (line.length > LONGEST_HEADER || !/[|>]/.test(line)) return undefined
  const [, indent, dashes, key] = BLOCK_HEADER.exec(line) ?? []
  if (indent === undefined || dashes === undefined) return undefined
  if (key !== '') return indent.length + dashes.length
  return dashes === '' ? indent.length - 1 : indent.length + dashes.trimEnd().length - 1
}
