import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { OWN_API_VERSION } from '../../../model/labels.ts'
import type { ClusterReview } from '../cluster-review.ts'

export const REVIEW_KIND = 'Review'

/** A review as plain JSON, which readReview reads: what a cluster writes for the one that comments. */
export function reviewDocument(review: ClusterReview): JsonObject {
  return { apiVersion: OWN_API_VERSION, kind: REVIEW_KIND, ...plain(review as unknown as JsonObject) }
}

/** Without fields that are undefined. */
function plain(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, plainValue(value)]])),
  )
}

function plainValue(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(plainValue)
  return isJsonObject(value) ? plain(value) : value
}
