/**
 * Whether one resourceVersion is newer than another of the same kind: they are decimal numbers of any
 * size (KEP-5504). What an API server writes otherwise can't be compared and counts as newer.
 */
export function isNewer(version: string, than: string): boolean {
  if (!isDecimal(version) || !isDecimal(than)) return version !== than
  return version.length === than.length ? version > than : version.length > than.length
}

function isDecimal(version: string): boolean {
  return /^(0|[1-9]\d*)$/.test(version)
}
