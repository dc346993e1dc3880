/** Maximum number of lines of text: of one value, one object, one installation, a whole plan. */
export const VALUE_LINES = 24
export const OBJECT_LINES = 60
export const INSTALLATION_LINES = 200
export const PLAN_LINES = 1_000

/** Names listed without `--expand`. */
export const NAMED = 5

/** The first lines and how many more there are. One line more is shown rather than counted. */
export function bounded(lines: readonly string[], most: number, indent: string): readonly string[] {
  return lines.length <= most + 1
    ? lines
    : [...lines.slice(0, most), `${indent}${moreLines(lines.length - most)}`]
}

export function moreLines(count: number): string {
  return `… ${counted(count, 'more line')}; --output json has all`
}

/** `1,234 objects` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
