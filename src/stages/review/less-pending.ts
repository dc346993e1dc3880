import { isDeepStrictEqual } from 'node:util'
import { writeJson } from '../../model/json.ts'
import type { FieldChange } from '../plan/describe/changes.ts'
import { REDACTED } from '../plan/describe/redact.ts'

/**
 * What a change does beyond what is pending anyway, field by field. Both are differences of the same live object:
 * one to the merged tree, the other to the head of the target branch.
 */
export function lessPending(
  changes: readonly FieldChange[],
  pending: readonly FieldChange[],
): readonly FieldChange[] {
  const anyway = byPath(pending)
  const known = byPath(changes)
  const isNear = nearTo(known.keys())
  const undone = pending.filter(({ path }) => !isNear(path))
  return [
    ...changes.flatMap((change) =>
      known.get(change.path) ? lessOne(change, anyway.get(change.path)) : [change],
    ),
    ...undone.map(reversed),
  ]
}

/** Fields by path; one that is told several times is undefined, and stays as it is. */
function byPath(changes: readonly FieldChange[]): ReadonlyMap<string, FieldChange | undefined> {
  const found = new Map<string, FieldChange | undefined>()
  for (const change of changes) found.set(change.path, found.has(change.path) ? undefined : change)
  return found
}

/** A redacted value is equal to no other; a field above or below a pending one stays as it is. */
function lessOne(change: FieldChange, pending: FieldChange | undefined): readonly FieldChange[] {
  if (pending === undefined || hasSecret(change) || hasSecret(pending)) return [change]
  if (isDeepStrictEqual(change.after, pending.after)) return []
  return [fieldChange(change.path, pending.after, change.after)]
}

/** What the target's head would change, and the merged tree does not: the change leaves it as it is. */
function reversed({ path, before, after }: FieldChange): FieldChange {
  return fieldChange(path, after, before)
}

function fieldChange(path: string, before: FieldChange['before'], after: FieldChange['after']): FieldChange {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function hasSecret({ before, after }: FieldChange): boolean {
  return writeJson([before ?? null, after ?? null]).includes(REDACTED)
}

/** Paths that are among others, above one or below one. */
function nearTo(others: Iterable<string>): (path: string) => boolean {
  const known = new Set(others)
  const above = new Set([...known].flatMap((path) => [...ancestorsOf(path)]))
  return (path) => known.has(path) || above.has(path) || ancestorsOf(path).some((each) => known.has(each))
}

function ancestorsOf(path: string): readonly string[] {
  return [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index)).filter((each) => each !== '')
}
