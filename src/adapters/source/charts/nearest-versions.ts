const NAMED = 5

/** Words for users who look for a missing version: the versions around it, the highest first. */
export function nearestVersions(wanted: string, versions: readonly string[]): string {
  if (versions.length === 0) return 'no versions found'
  const sorted = [...new Set(versions)].sort(compare)
  const above = sorted.findIndex((version) => compare(version, wanted) > 0)
  const place = above < 0 ? sorted.length : above
  const from = Math.max(0, Math.min(place - Math.ceil(NAMED / 2), sorted.length - NAMED))
  return `nearest versions: ${sorted
    .slice(from, from + NAMED)
    .reverse()
    .join(', ')}`
}

/** Compares numbers by value, and sorts a pre-release (1.0.0-rc.1) before its release. */
function compare(a: string, b: string): number {
  const [one, other] = [a, b].map((version) => (version.includes('-') ? version : `${version}-~`))
  return (one ?? '').localeCompare(other ?? '', 'en', { numeric: true })
}
