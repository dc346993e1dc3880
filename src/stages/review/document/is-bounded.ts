/** Maximum depth, number of values, and number of characters of all texts. */
const DEEPEST = 100
const MOST_VALUES = 2_000_000
const MOST_CHARACTERS = 64 * 1024 ** 2

/** Whether a value is JSON of a bounded size. A value that is in it several times counts as often. */
export function isBounded(value: unknown): boolean {
  const open: (readonly [value: unknown, depth: number])[] = [[value, 0]]
  let [values, characters] = [0, 0]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [each, depth] = next
    values++
    if (typeof each === 'string') characters += each.length
    else if (!isScalar(each)) {
      const parts = partsOf(each)
      if (parts === undefined || depth === DEEPEST || values + open.length + parts.length > MOST_VALUES)
        return false
      for (const part of parts) open.push([part, depth + 1])
    }
    if (values > MOST_VALUES || characters > MOST_CHARACTERS) return false
  }
  return true
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || typeof value === 'bigint' || Number.isFinite(value)
}

/** Elements, or keys and values; undefined for what is no JSON, such as a date. */
function partsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return Array.from(value)
  if (typeof value !== 'object' || value === null) return undefined
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype ? Object.entries(value).flat() : undefined
}
