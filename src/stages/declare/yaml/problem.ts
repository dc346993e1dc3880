import type { FaultCode } from '../../../model/fault-table.ts'

/** What is wrong with a piece of YAML, before it is known where it stands. */
export interface Problem {
  readonly code: FaultCode
  /** Completes the fault's message; names keys, never values, which may be secret. */
  readonly details: string
}

/** A scalar as JSON has it. */
export type Scalar = string | number | boolean | null

/** Scalars are never objects, so a Problem among them is told by its type alone. */
export function isProblem(value: Scalar | Problem): value is Problem {
  return typeof value === 'object' && value !== null
}
