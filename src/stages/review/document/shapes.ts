import { isJsonObject } from '../../../model/json.ts'

/** Reads a value of unknown origin as a type; undefined where it is not of that type. */
export type Read<T> = (value: unknown) => T | undefined

type Fields = Readonly<Record<string, Read<unknown>>>
type Of<R> = R extends Read<infer T> ? T : never
type Shape<R extends Fields, O extends Fields> = { readonly [K in keyof R]: Of<R[K]> } & {
  readonly [K in keyof O]?: Of<O[K]>
}

/**
 * An object with these fields and no others: what a newer Reeve may add is dropped, and where a field that is known
 * has another type, the whole is refused. Fields keep their order, so that equal documents have equal texts.
 */
export function shape<R extends Fields, O extends Fields>(required: R, optional: O): Read<Shape<R, O>> {
  const known = new Map(Object.entries<Read<unknown>>({ ...optional, ...required }))
  return (value) => {
    if (!isJsonObject(value)) return undefined
    const has = (name: string) => Object.hasOwn(value, name) && value[name] !== undefined
    if (!Object.keys(required).every(has)) return undefined
    const entries = Object.keys(value).flatMap((name) => {
      const read = known.get(name)
      return read && has(name) ? [[name, read(value[name])] as const] : []
    })
    return entries.some(([, read]) => read === undefined)
      ? undefined
      : (Object.fromEntries(entries) as Shape<R, O>)
  }
}

export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    const items: T[] = []
    for (const item of value) {
      const known = read(item)
      if (known === undefined) return undefined
      items.push(known)
    }
    return items
  }
}

/** A text of well-formed Unicode. */
export function text(longest: number, pattern?: RegExp): Read<string> {
  return (value) =>
    typeof value === 'string' &&
    value.length <= longest &&
    value.isWellFormed() &&
    (pattern === undefined || pattern.test(value))
      ? value
      : undefined
}

export function oneOf<const T extends string>(values: readonly T[]): Read<T> {
  return (value) => values.find((known) => known === value)
}

export const count: Read<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

export const yes: Read<true> = (value) => (value === true ? true : undefined)
export const bool: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)
