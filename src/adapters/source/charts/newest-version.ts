import { compareVersions, parseVersion, type Version } from '../../../model/version.ts'
import { isInRange, parseRange } from '../../../model/version-range.ts'

/** A version that a chart repository or a registry lists. */
export interface PublishedVersion {
  readonly version: string
  /** Its publisher took it back. */
  readonly isRemoved?: boolean
  readonly isDeprecated?: boolean
}

/** The newest version in a range; a deprecated one only where the range has no other. Undefined if it has none. */
export function newestVersion(published: readonly PublishedVersion[], range: string): string | undefined {
  const wanted = parseRange(range)
  if (wanted === undefined) return undefined
  const fitting = published.flatMap(({ version: text, isRemoved, isDeprecated = false }) => {
    const version = parseVersion(text)
    return version && !isRemoved && isInRange(version, wanted) ? [{ text, version, isDeprecated }] : []
  })
  const current = fitting.filter(({ isDeprecated }) => !isDeprecated)
  return highest(current.length > 0 ? current : fitting)?.text
}

function highest<T extends { readonly version: Version }>(all: readonly T[]): T | undefined {
  return all.reduce<T | undefined>(
    (best, each) => (best && compareVersions(best.version, each.version) >= 0 ? best : each),
    undefined,
  )
}
