import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { OperationRecord } from '../../model/operation.ts'

/** A value with all references resolved, or the first that has no value yet. */
export type Resolved = { readonly job: JsonObject } | { readonly missing: string }

const REFERENCE = /\$\{\s*operations\.([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)\.last\.(id|at|size|where)\s*\}/g

/** Resolves `${operations.NAME.last.id}`, `.at`, `.size` and `.where` by what operations told when they last ended well. */
export function resolveOperations(job: JsonObject, records: readonly OperationRecord[]): Resolved {
  let missing: string | undefined
  const known = new Map(records.map((record) => [record.name, record.last]))
  const textOf = (text: string): string =>
    text.replaceAll(REFERENCE, (reference, name: string, field: 'id' | 'at' | 'size' | 'where') => {
      const value = known.get(name)?.[field]
      if (value === undefined) missing ??= reference
      return String(value ?? reference)
    })
  const resolved = inTexts(job, textOf) as JsonObject
  return missing === undefined ? { job: resolved } : { missing }
}

/** The same value where no text changes. */
function inTexts(value: JsonValue, textOf: (text: string) => string): JsonValue {
  if (typeof value === 'string') return value.includes('${') ? textOf(value) : value
  if (isJsonArray(value)) return value.map((item) => inTexts(item, textOf))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTexts(item, textOf)]))
}
