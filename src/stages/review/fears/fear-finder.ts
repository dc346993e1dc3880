import type { JsonObject, JsonValue } from '../../../model/json.ts'
import type { FearKind } from '../cluster-review.ts'
import type { ToldChange } from '../told-change.ts'

/** A reason for fear that is found in a change. */
export interface FoundFear {
  readonly details: string
  /** It is about the whole installation rather than about the object. */
  readonly isOfWhole?: true
}

/** Finds the fears of one kind. It sees nothing that is secret. */
export interface FearFinder {
  readonly kind: FearKind
  find(change: ToldChange): readonly (string | FoundFear)[]
  /** What it looks at: where that changes in a secret, it is only said that it changes. */
  part?(object: JsonObject): JsonValue
}
