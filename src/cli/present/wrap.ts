import { printable } from '../../model/printable.ts'

/** Wraps text to `width` characters where its words allow, each line indented by `indent`. */
export function wrap(text: string, width: number, indent: string): string {
  return wrapLines(text, width, indent)
    .map((line) => `${line}\n`)
    .join('')
}

/** Like wrap, as lines without their line breaks. */
export function wrapLines(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && indent.length + longer.length > width) lines.push(line)
    line = line !== '' && indent.length + longer.length > width ? word : longer
  }
  return [...lines, line].map((each) => `${indent}${each}`)
}

/** Like wrapLines for several lines: those that begin with spaces, commands or YAML to copy, stay as they are. */
export function wrapRemedy(text: string, width: number, indent: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) =>
      line.startsWith(' ') ? `${indent}${printable(line)}` : wrapLines(line, width, indent),
    )
}
