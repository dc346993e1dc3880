import type { FaultCode } from '../../../model/fault-table.ts'

/** A problem in a piece of YAML, before its place is known. */
export interface Problem {
  readonly code: FaultCode
  /** Completes the fault's message; names keys, never values, which may be secret. */
  readonly details: string
}

/** A JSON scalar. */
export type Scalar = string | number | bigint | boolean | null

/** Scalars are never objects, so the type alone identifies a Problem. */
export function isProblem(value: Scalar | Problem): value is Problem {
  return typeof value === 'object' && value !== null
}
