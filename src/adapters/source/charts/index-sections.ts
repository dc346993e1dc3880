/** A line that begins at the left margin or after two blanks. */
const LINE = /^(?: {2}(\S[^\n]*)|([^\s#-][^\n]*))$/gm
const KEY = /^(["']?)([^"'\s]+)\1:\s*$/

/**
 * Splits an index.yaml by chart if it is laid out as Helm writes it: a block mapping, indented by two.
 * Parsing all of a large index takes seconds, and usually one chart of hundreds is needed.
 * @returns views of the bytes of each chart by its name; undefined if the index has any other layout
 */
export function indexSections(bytes: Buffer): ReadonlyMap<string, Buffer> | undefined {
  const text = bytes.toString('latin1') // one character for each byte; what matters here is ASCII
  const start = /^entries:[ \t]*\r?\n/m.exec(text)
  if (start === null) return undefined
  const places: { readonly name: string; readonly at: number }[] = []
  const lines = new RegExp(LINE)
  lines.lastIndex = start.index + start[0].length
  let end = text.length
  for (let line = lines.exec(text); line !== null; line = lines.exec(text)) {
    const [, inside] = line
    if (inside === undefined) {
      end = line.index
      break
    }
    if (/^[-#]/.test(inside)) continue
    const name = KEY.exec(inside)?.[2]
    if (name === undefined) return undefined
    places.push({ name: Buffer.from(name, 'latin1').toString(), at: line.index })
  }
  const sections = places.map(({ name, at }, index): [string, Buffer] => [
    name,
    bytes.subarray(at, places[index + 1]?.at ?? end),
  ])
  return sections.length === 0 ? undefined : new Map(sections)
}
