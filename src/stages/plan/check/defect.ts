import type { FaultCode } from '../../../model/fault-table.ts'
import type { JsonObject, JsonValue } from '../../../model/json.ts'

/** Something that the API server would refuse of an object. */
export interface Defect {
  readonly code: Extract<FaultCode, 'unknown-field' | 'invalid-field' | 'needs-replacement'>
  /** JSON pointer (RFC 6901) of the field. */
  readonly pointer: string
  /** Completes the fault's message, without the field's value. */
  readonly message: string
  /** The value, where it is worth telling; left out where the object holds secrets. */
  readonly value?: JsonValue
  /** It cannot be decoded at all, whatever admission makes of it. */
  readonly isOfDecoding: boolean
}

/** The schemas of one API group version, and which of them is the kind's. */
export interface ValidationSchema {
  readonly root: JsonObject
  /** By name, what `$ref` refers to. */
  readonly components: JsonObject
  /** Of a custom resource: the schema is all that the API server goes by. */
  readonly isCustom: boolean
}
