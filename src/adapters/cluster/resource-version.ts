/**
 * Whether one resourceVersion is newer than another of the same kind: they are decimal numbers of any size
 * (KEP-5504). Other formats can't be compared: any difference counts as newer.
 */
export function isNewer(version: string, than: string): boolean {
  if (!isDecimal(version) || !isDecimal(than)) return version !== than
  return version.length === than.length ? version > than : version.length > than.length
}

/** Whether one resourceVersion is known to be older than another. */
export function isBehind(version: string, than: string): boolean {
  return isDecimal(version) && isDecimal(than) && isNewer(than, version)
}

function isDecimal(version: string): boolean {
  return /^(0|[1-9]\d*)$/.test(version)
}
