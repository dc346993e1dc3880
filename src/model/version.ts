/** A semantic version (https://semver.org), read as leniently as Helm does: `v1.2` is 1.2.0. */
export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** Without the `-`; '' for a release. */
  readonly prerelease: string
}

/** Maximum length of a version, in characters. */
const LONGEST = 256
const VERSION =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/
const PADDED = /(?:^|\.)0\d+(?:\.|$)/

/** Reads a version; undefined if the text is none. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor = '0', patch = '0', prerelease = ''] =
    text.length > LONGEST ? [] : (VERSION.exec(text) ?? [])
  if (major === undefined || PADDED.test(prerelease)) return undefined
  const numbers = [major, minor, patch].map(Number)
  if (!numbers.every(Number.isSafeInteger)) return undefined
  const [first = 0, second = 0, third = 0] = numbers
  return { major: first, minor: second, patch: third, prerelease }
}

/** Negative, 0 or positive, as `one` precedes, equals or follows `other` (semver.org, 11). Build metadata does not count. */
export function compareVersions(one: Version, other: Version): number {
  return (
    one.major - other.major ||
    one.minor - other.minor ||
    one.patch - other.patch ||
    comparePrereleases(one.prerelease, other.prerelease)
  )
}

function comparePrereleases(one: string, other: string): number {
  if (one === other) return 0
  if (one === '' || other === '') return one === '' ? 1 : -1
  const others = other.split('.')
  for (const [index, word] of one.split('.').entries()) {
    const against = others[index]
    if (against === undefined) return 1
    const order = compareIdentifiers(word, against)
    if (order !== 0) return order
  }
  return -1
}

/** Numbers by value, and before words. */
function compareIdentifiers(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [one, other].map((word) => /^\d+$/.test(word))
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  const difference = isNumber ? Number(one) - Number(other) : 0
  if (difference !== 0) return difference
  return one === other ? 0 : one < other ? -1 : 1
}
