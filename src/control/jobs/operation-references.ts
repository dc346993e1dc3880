import type { JsonObject } from '../../model/json.ts'
import { mapTexts } from '../../model/map-texts.ts'
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
  const resolved = mapTexts(job, textOf)
  return missing === undefined ? { job: resolved } : { missing }
}
