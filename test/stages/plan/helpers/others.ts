import type { JsonObject } from '../../../../src/model/json.ts'
import type { OwnedFields } from '../../../../src/stages/plan/merge/leave.ts'

/** Fields (FieldsV1) of some other writer. */
export function others(fields: JsonObject): OwnedFields {
  return { why: { reason: 'owned', manager: 'other' }, fields }
}
