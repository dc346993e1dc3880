import type { FaultCode } from '../../model/fault-table.ts'

/** A fault of a declared object, before its line is known. */
export interface Defect {
  readonly code: FaultCode
  /** Completes the fault's message; names fields, never their values unless they are names. */
  readonly details: string
  /** JSON pointer of the field in its document. */
  readonly pointer: string
}
