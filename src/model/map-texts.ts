/**
 * A JSON value with each of its texts, and of its keys, changed; the very value where nothing changes. Mappings keep
 * their prototype.
 */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  return mapped(value, change) as Value
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) {
    const items = value.map((item) => mapped(item, change))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (typeof value !== 'object' || value === null) return value
  const before = Object.entries(value)
  const after = before.map(([key, item]) => [change(key), mapped(item, change)] as const)
  const isSame = after.every(
    ([key, item], index) => key === before[index]?.[0] && item === before[index]?.[1],
  )
  return isSame ? value : Object.assign(likeOf(value), Object.fromEntries(after))
}

function likeOf(value: object): object {
  return Object.setPrototypeOf({}, Object.getPrototypeOf(value))
}
