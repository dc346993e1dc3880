import { createHash } from 'node:crypto'
import type { JsonValue } from '../../../model/json.ts'
import { canonicalJson } from '../canonical-json.ts'

/** A declared field that the server's answer does not show as declared. */
export interface FieldDifference {
  /** Elements by their keys: `/spec/containers/[name=app]/image`. */
  readonly pointer: string
  /** null where Git declares that the field must not exist. */
  readonly declared: JsonValue
  /** undefined where the live object lacks the field. */
  readonly live: JsonValue | undefined
}

/**
 * Declared values that the server changed, by pointer: exactly this declared value ends as exactly this live
 * value, so it is not sent again. If either changes, it is no longer settled.
 */
export type Settled = ReadonlyMap<string, FieldDifference>

export const nothingSettled: Settled = new Map()

/** Differences that remain in the server's answer to Reeve's write. */
export function settledOf(remaining: readonly FieldDifference[]): Settled {
  return new Map(remaining.map((difference) => [difference.pointer, difference]))
}

export function isSettled(settled: Settled, difference: FieldDifference): boolean {
  const known = settled.get(difference.pointer)
  return known !== undefined && fingerprint(known) === fingerprint(difference)
}

/** Digest of settled differences, in any order: ten characters; '' where there are none. */
export function settledDigest(differences: Iterable<FieldDifference>): string {
  const prints = [...differences].map(fingerprint).sort()
  if (prints.length === 0) return ''
  return createHash('sha256').update(prints.join('\n')).digest('base64url').slice(0, 10)
}

function fingerprint({ pointer, declared, live }: FieldDifference): string {
  return canonicalJson(live === undefined ? [pointer, declared] : [pointer, declared, live])
}
