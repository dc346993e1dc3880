import { compareVersions, parseVersion, type Version } from './version.ts'

/** A range of versions: alternatives, each with conditions that all hold. */
export type VersionRange = readonly Alternative[]

interface Alternative {
  readonly conditions: readonly Condition[]
  /** One of its conditions names a pre-release. */
  readonly hasPrerelease: boolean
}

interface Condition {
  readonly operator: Operator
  readonly version: Version
  /** The first part that is left out or a wildcard; undefined for a whole version. */
  readonly open: 'major' | 'minor' | 'patch' | undefined
}

type Operator = keyof typeof HOLDS

/** Maximum length of a range, in characters, and maximum number of its alternatives: those of Helm. */
const LONGEST = 512
const MOST_ALTERNATIVES = 32
const PART = String.raw`(?:\d+|[xX*])`
const WORDS = String.raw`[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*`
const VERSION = String.raw`v?(${PART})(?:\.(${PART}))?(?:\.(${PART}))?(-${WORDS})?(?:\+${WORDS})?`
const CONDITION = new RegExp(` ?(!=|>=|=>|<=|=<|~>|[=<>~^]|) ?${VERSION}(?= |,|$)`, 'y')
const HYPHEN = new RegExp(`(?<=^|[ ,|])(${VERSION}) - (${VERSION})(?= |,|\\||$)`, 'g')
const SEPARATOR = / ?,|(?= )/y

/**
 * Reads a range as Helm does (github.com/Masterminds/semver): `^1.4.0`, `~1.4`, `1.x`, `>=1.2 <2, !=1.3.1`,
 * `1.2 - 1.4`, `1.x || 2.x`. Undefined if the text is none.
 */
export function parseRange(text: string): VersionRange | undefined {
  if (text.length > LONGEST) return undefined
  const spaced = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(HYPHEN, (_, ...found) => `>=${found[0]},<=${found[5]}`)
  const alternatives = spaced.split('||')
  if (alternatives.length > MOST_ALTERNATIVES) return undefined
  const read = alternatives.map(readAlternative).filter((each) => each !== undefined)
  return read.length === alternatives.length ? read : undefined
}

/** Whether a version is in a range; a pre-release only where the range names one. */
export function isInRange(version: Version, range: VersionRange): boolean {
  return range.some(
    ({ conditions, hasPrerelease }) =>
      (version.prerelease === '' || hasPrerelease) &&
      conditions.every((condition) => HOLDS[condition.operator](version, condition)),
  )
}

/** Whether a text is a range and no version: `1.4` is a version that a chart may have. */
export function isRange(text: string): boolean {
  return parseVersion(text) === undefined && parseRange(text) !== undefined
}

/** The version that a range such as `1.4.0` or `=1.4.0` consists of; undefined for any other text. */
export function exactVersion(text: string): string | undefined {
  const [alternative, ...others] = parseRange(text) ?? []
  const [condition, ...more] = alternative?.conditions ?? []
  if (condition === undefined || others.length + more.length > 0) return undefined
  const isExact = condition.open === undefined && (condition.operator === '' || condition.operator === '=')
  return isExact ? text.trim().replace(/^=\s*/, '') : undefined
}

function readAlternative(text: string): Alternative | undefined {
  const conditions: Condition[] = []
  const term = new RegExp(CONDITION)
  const separator = new RegExp(SEPARATOR)
  const end = text.trimEnd().length
  for (let at = 0; at < end || conditions.length === 0; ) {
    if (conditions.length > 0) {
      separator.lastIndex = at
      if (separator.exec(text) === null) return undefined
      at = separator.lastIndex
    }
    term.lastIndex = at
    const condition = conditionOf(term.exec(text))
    if (condition === undefined) return undefined
    conditions.push(condition)
    at = term.lastIndex
  }
  return { conditions, hasPrerelease: conditions.some(({ version }) => version.prerelease !== '') }
}

function conditionOf(found: readonly (string | undefined)[] | null): Condition | undefined {
  const [, operator = '', major, minor, patch, prerelease = ''] = found ?? []
  if (!isOperator(operator)) return undefined
  const parts = [major, minor, patch]
  const openAt = parts.findIndex((part) => part === undefined || /^[xX*]$/.test(part))
  const known = parts.map((part, index) => (openAt >= 0 && index >= openAt ? '0' : part))
  const version = parseVersion(`${known.join('.')}${prerelease}`)
  return version && major !== undefined
    ? { operator, version, open: openAt < 0 ? undefined : PARTS[openAt] }
    : undefined
}

const PARTS = ['major', 'minor', 'patch'] as const

function isOperator(text: string): text is Operator {
  return Object.hasOwn(HOLDS, text)
}

type Holds = (version: Version, condition: Condition) => boolean

const isAtLeast: Holds = (version, condition) => compareVersions(version, condition.version) >= 0

const isAbove: Holds = (version, condition) => {
  const { open, version: bound } = condition
  if (open === 'minor') return version.major > bound.major
  if (open === 'patch' && version.major === bound.major) return version.minor > bound.minor
  return compareVersions(version, bound) > 0
}

const isBelow: Holds = (version, { version: bound }) => compareVersions(version, bound) < 0

const isAtMost: Holds = (version, { version: bound, open }) => {
  if (open === undefined) return compareVersions(version, bound) <= 0
  if (version.major !== bound.major) return version.major < bound.major
  return open === 'minor' || version.minor <= bound.minor
}

/** The same minor version, or the same major version where the minor one is open. */
const isClose: Holds = (version, condition) => {
  const { open, version: bound } = condition
  if (!isAtLeast(version, condition)) return false
  const isZero = bound.major + bound.minor + bound.patch === 0
  if (isZero && open !== 'minor' && open !== 'patch') return true
  return version.major === bound.major && (open === 'minor' || version.minor === bound.minor)
}

/** The same version up to its first part that is not 0. */
const isCompatible: Holds = (version, condition) => {
  const { open, version: bound } = condition
  if (!isAtLeast(version, condition)) return false
  if (bound.major > 0 || open === 'minor') return version.major === bound.major
  if (version.major > 0) return false
  if (bound.minor > 0 || open === 'patch') return version.minor === bound.minor
  return version.minor === 0 && version.patch === bound.patch
}

const isEqual: Holds = (version, condition) =>
  condition.open === undefined
    ? compareVersions(version, condition.version) === 0
    : isClose(version, condition)

const differs: Holds = (version, condition) => {
  const { open, version: bound } = condition
  if (open === undefined || open === 'major') return compareVersions(version, bound) !== 0
  if (version.major !== bound.major) return true
  if (open === 'minor') return false
  return version.minor !== bound.minor || version.prerelease !== bound.prerelease
}

const HOLDS = {
  '': isEqual,
  '=': isEqual,
  '!=': differs,
  '>': isAbove,
  '<': isBelow,
  '>=': isAtLeast,
  '=>': isAtLeast,
  '<=': isAtMost,
  '=<': isAtMost,
  '~': isClose,
  '~>': isClose,
  '^': isCompatible,
} as const satisfies Record<string, Holds>
