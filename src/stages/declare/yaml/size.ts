import type { JsonValue } from '../../../model/json.ts'

/** The size of a value with every alias expanded. */
export interface Size {
  /** Characters of the strings and keys, plus one for every value. */
  readonly weight: number
  /** Levels of lists and mappings; 0 for a scalar. */
  readonly height: number
}

/** Known sizes by identity: shared parts are measured once. */
export type Sizes = Map<object, Size>

/** Measures a value in time proportional to its distinct parts, however often they are shared. */
export function measure(value: JsonValue, sizes: Sizes): Size {
  if (typeof value === 'string' || typeof value === 'bigint')
    return { weight: 1 + String(value).length, height: 0 }
  if (typeof value !== 'object' || value === null) return { weight: 1, height: 0 }
  const known = sizes.get(value)
  if (known) return known
  let weight = 1
  let height = 0
  for (const [key, child] of Object.entries(value)) {
    const size = measure(child, sizes)
    weight += size.weight + (Array.isArray(value) ? 0 : key.length)
    height = Math.max(height, size.height)
  }
  const size = { weight, height: height + 1 }
  sizes.set(value, size)
  return size
}
