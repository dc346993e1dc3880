/**
 * Whether a text fits a list of patterns of OpenSSH (ssh_config(5), PATTERNS): `*` and `?` are wildcards, and one
 * that begins with `!` excludes, whatever else fits.
 */
export function matchesPatternList(text: string, patterns: readonly string[]): boolean {
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  if (excluded.some((pattern) => fits(text, pattern))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(text, pattern))
}

/** Whether a pattern stands for itself alone. */
export function isLiteral(pattern: string): boolean {
  return !/[*?]/.test(pattern) && !pattern.startsWith('!')
}

/** In time that grows with the product of the lengths: a pattern is no program. */
function fits(text: string, pattern: string): boolean {
  let [at, place] = [0, 0]
  let star = -1
  let resume = 0
  while (at < text.length) {
    const wanted = pattern[place]
    if (wanted === '*') {
      star = place
      resume = at
      place += 1
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[at])) {
      at += 1
      place += 1
    } else if (star >= 0) {
      place = star + 1
      resume += 1
      at = resume
    } else return false
  }
  return /^\**$/.test(pattern.slice(place))
}
