/** Cuts a line to `width` characters, none of them in half. */
export function cut(line: string, width: number): string {
  if (line.length <= width) return line
  const kept = line.slice(0, Math.max(0, width - 1))
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}
