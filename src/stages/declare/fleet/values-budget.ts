import { type Fault, fault } from '../../../model/fault.ts'
import type { JsonValue } from '../../../model/json.ts'
import type { SaidFile, Sayer } from './named-files.ts'

/** An installation, and what its values come from. */
export interface ValuesSource {
  readonly name: string
  readonly sayers: readonly Sayer[]
  readonly files: readonly SaidFile[]
}

/**
 * Faults of installations with too many values, by name. The values of a group count once for each of its members:
 * they are merged and filled in for each. The largest installations exceed the budget first.
 */
export function beyondValuesBudget(
  sources: readonly ValuesSource[],
  budget: number,
): ReadonlyMap<string, Fault> {
  const counts: Counts = new Map()
  const sizes = sources.map((source) => ({ source, size: sizeOf(source, counts) }))
  let total = sizes.reduce((sum, { size }) => sum + size, 0)
  if (total <= budget) return new Map()
  const beyond = new Map<string, Fault>()
  for (const { source, size } of sizes.reverse().toSorted((a, b) => b.size - a.size)) {
    if (total <= budget) break
    beyond.set(source.name, tooMany(source, size, budget, counts))
    total -= size
  }
  return beyond
}

/** Number of values in each mapping and list that was counted. */
type Counts = Map<object, number>

function sizeOf({ sayers, files }: ValuesSource, counts: Counts): number {
  const own = sayers.reduce((sum, sayer) => sum + said(sayer, counts), 0)
  const read = files.reduce(
    (sum, { content }) => sum + ('values' in content ? countValues(content.values, counts) : 0),
    0,
  )
  return own + read
}

function said({ document }: Sayer, counts: Counts): number {
  const enforced = 'enforced' in document ? countValues(document.enforced.values, counts) : 0
  return countValues(document.values, counts) + enforced
}

/** Number of keys from which a mapping is slow to copy, and how much its values count then. */
const MANY_KEYS = 10_000
const FACTOR = 4
/** Number of characters that count as one value, where they have to be filled in for each installation. */
const FILLED = 256

/** Aliases count each time; shared parts are walked once. */
function countValues(value: JsonValue, counts: Counts): number {
  if (typeof value === 'string') return value.includes('${') ? FACTOR + Math.ceil(value.length / FILLED) : 1
  if (typeof value !== 'object' || value === null) return 1
  const known = counts.get(value)
  if (known !== undefined) return known
  const children = Object.values(value)
  const sum = children.reduce<number>((count, child) => count + countValues(child, counts), 0)
  const size = 1 + (children.length < MANY_KEYS ? sum : FACTOR * sum)
  counts.set(value, size)
  return size
}

function tooMany({ sayers }: ValuesSource, size: number, budget: number, counts: Counts): Fault {
  const [most] = sayers.toSorted((a, b) => said(b, counts) - said(a, counts))
  const text = (count: number) => count.toLocaleString('en')
  const details = `it counts ${text(size)}, all together may count ${text(budget)}`
  return fault('too-many-values', details, { location: most?.place('/spec/values') })
}
