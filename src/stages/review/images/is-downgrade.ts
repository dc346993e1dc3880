import { compareVersions, parseVersion } from '../../../model/version.ts'

/** Maximum length of a version, in characters. */
const LONGEST = 200
const NUMBERED = /^(?<lead>[A-Za-z][A-Za-z.-]*?[.-])?v?(?<numbers>\d+(?:\.\d+)*)(?<suffix>[-+_.].*)?$/
const PRERELEASE = /^-(?:alpha|beta|rc|pre|preview|dev|snapshot|m)(?:[.-]?\d+(?:[.-]\d+)*)?$/i

/**
 * Whether a version or tag is lower than the one before: by its numbers (`v1.10.0` → `1.9`, of any length), else by
 * what follows them (`1.2.0` → `1.2.0-rc.1`, `1.29-alpine3.20` → `1.29-alpine3.19`). False where they cannot be
 * compared, such as names of branches and commit ids.
 */
export function isDowngrade(before: string, after: string): boolean {
  const [was, is] = [before, after].map(parts)
  if (was === undefined || is === undefined || was.lead !== is.lead) return false
  const order = compareNumbers(is.numbers, was.numbers)
  return order !== 0 ? order < 0 : isLowerSuffix(was.suffix, is.suffix)
}

interface Parts {
  readonly lead: string
  readonly numbers: readonly string[]
  readonly suffix: string
}

function parts(version: string): Parts | undefined {
  const {
    lead = '',
    numbers,
    suffix = '',
  } = (version.length > LONGEST ? undefined : NUMBERED.exec(version)?.groups) ?? {}
  return numbers === undefined ? undefined : { lead, numbers: numbers.split('.'), suffix }
}

/** A missing number is not compared: `1.29` may be any of 1.29. */
function compareNumbers(one: readonly string[], other: readonly string[]): number {
  const count = Math.min(one.length, other.length)
  for (let at = 0; at < count; at++) {
    const [a, b] = [BigInt(one[at] ?? 0), BigInt(other[at] ?? 0)]
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

function isLowerSuffix(was: string, is: string): boolean {
  if (was === is) return false
  const isEarlier = (suffix: string) => PRERELEASE.test(suffix)
  if (isEarlier(was) !== isEarlier(is)) return isEarlier(is) && was === ''
  if (isEarlier(was)) {
    const [one, other] = [was, is].map((suffix) => parseVersion(`0.0.0${suffix}`))
    return one !== undefined && other !== undefined && compareVersions(other, one) < 0
  }
  const words = (suffix: string) => suffix.replaceAll(/\d+/g, '#')
  const numbers = (suffix: string) => suffix.match(/\d+/g) ?? []
  return words(was) === words(is) && compareNumbers(numbers(is), numbers(was)) < 0
}
