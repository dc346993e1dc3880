import type { JsonValue } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'

export function textOf(value: JsonValue | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Number of a pull request, as forges count them. */
export function numberOf(value: JsonValue | undefined, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, path)
  return typeof found === 'number' && Number.isInteger(found) && found > 0 && found < 2 ** 31
    ? found
    : undefined
}

/** Time in milliseconds since the epoch, of seconds since then or of RFC 3339. */
export function timeOf(value: JsonValue | undefined, ...path: readonly string[]): { readonly at?: number } {
  const found = valueAt(value, path)
  const at =
    typeof found === 'number' ? found * 1_000 : typeof found === 'string' ? Date.parse(found) : Number.NaN
  return Number.isFinite(at) ? { at } : {}
}

const HEADS = 'refs/heads/'

/** Branch of a full ref; undefined for tags and others. */
export function branchOf(value: JsonValue | undefined, ...path: readonly string[]): string | undefined {
  const ref = textOf(value, ...path)
  return ref?.startsWith(HEADS) && ref.length > HEADS.length ? ref.slice(HEADS.length) : undefined
}

/** Full id of a commit; absent where it is all zeros, which stands for none. */
export function commitOf(
  value: JsonValue | undefined,
  ...path: readonly string[]
): { readonly commit?: string } {
  const id = textOf(value, ...path)
  return id !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id) && !/^0+$/.test(id)
    ? { commit: id }
    : {}
}
