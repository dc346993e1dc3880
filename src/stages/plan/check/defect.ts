import type { FaultCode } from '../../../model/fault-table.ts'
import type { JsonObject, JsonValue } from '../../../model/json.ts'

/** A reason for which the API server would refuse an object. */
export interface Defect {
  readonly code: Extract<FaultCode, 'unknown-field' | 'invalid-field' | 'needs-replacement'>
  /** JSON pointer (RFC 6901) of the field. */
  readonly pointer: string
  /** Completes the fault's message, without the field's value. */
  readonly message: string
  /** The value, if it is a scalar; not shown where the object holds secrets. */
  readonly value?: JsonValue
  /** The object cannot be decoded, whatever admission changes. */
  readonly isOfDecoding: boolean
}

/** Schemas of one API group version, with that of the kind. */
export interface ValidationSchema {
  readonly root: JsonObject
  /** Targets of `$ref` by name. */
  readonly components: JsonObject
  /** Whether it is of a custom resource: the API server validates that by the schema alone. */
  readonly isCustom: boolean
}
