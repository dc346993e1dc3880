import { type Fault, fault } from '../../../model/fault.ts'
import { isJsonArray, isJsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { printableYaml } from '../../../model/printable-yaml.ts'
import { parseVersion } from '../../../model/version.ts'
import { isInRange, parseRange } from '../../../model/version-range.ts'
import { locator } from '../yaml/line-of.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'

/** Its path below the Repository's path. */
export const LOCK_FILE = 'reeve.lock.yaml'

/** The version that a range of versions of a chart stands for. */
export interface LockEntry {
  readonly repository: string
  readonly name: string
  readonly range: string
  readonly version: string
  /** `sha256:…` of the package. */
  readonly digest: string
}

export interface LockFile {
  /** By lockKey. */
  readonly entries: ReadonlyMap<string, LockEntry>
  readonly faults: readonly Fault[]
}

const FIELDS = ['repository', 'name', 'range', 'version', 'digest'] as const
const HEAD = '# Written by `reeve lock`: the versions that ranges stand for.\n'

export function lockKey({ repository, name, range }: Omit<LockEntry, 'version' | 'digest'>): string {
  return JSON.stringify([repository, name, range])
}

/** Reads a lock file with all its faults. */
export function readLockFile(text: string): LockFile {
  const [document] = parseYaml(text, LOCK_FILE)
  if (document === undefined) return { entries: new Map(), faults: [] }
  if (document.faults.length > 0) return { entries: new Map(), faults: document.faults }
  const locate = locator(text)
  const bad = (pointer: string, why: string) =>
    fault('bad-lock-file', why, { location: { file: LOCK_FILE, line: locate(0, pointer) ?? 1 } })
  const charts = isJsonObject(document.value) ? document.value.charts : undefined
  if (!isJsonArray(charts)) return { entries: new Map(), faults: [bad('', 'charts is not a list')] }
  const read = charts.map((each, index) => readEntry(each) ?? bad(`/charts/${index}`, explain(each)))
  return {
    entries: new Map(read.flatMap((each) => ('code' in each ? [] : [[lockKey(each), each] as const]))),
    faults: read.filter((each) => 'code' in each),
  }
}

/** Same text for the same entries, in whatever order they come. */
export function writeLockFile(entries: Iterable<LockEntry>): string {
  const sorted = [...entries].sort((a, b) => (lockKey(a) < lockKey(b) ? -1 : 1))
  const charts = sorted.map((entry) => Object.fromEntries(FIELDS.map((field) => [field, entry[field]])))
  return HEAD + printableYaml({ charts }, { lineWidth: -1 })
}

function readEntry(value: JsonValue): LockEntry | undefined {
  const { repository, name, range, version, digest } = objectIn(value)
  if (typeof repository !== 'string' || typeof name !== 'string' || typeof range !== 'string')
    return undefined
  if (typeof version !== 'string' || typeof digest !== 'string') return undefined
  const [known, wanted] = [parseVersion(version), parseRange(range)]
  const isRight = known && wanted && isInRange(known, wanted) && /^sha256:[0-9a-f]{64}$/.test(digest)
  return isRight ? { repository, name, range, version, digest } : undefined
}

function explain(value: JsonValue): string {
  const entry = objectIn(value)
  const missing = FIELDS.find((field) => typeof entry[field] !== 'string')
  if (missing !== undefined) return `an entry without ${missing} as text`
  const { name, range, version, digest } = entry
  return `${name} ${range}: ${version} with the digest ${digest} is no version in the range with a digest sha256:…`
}
