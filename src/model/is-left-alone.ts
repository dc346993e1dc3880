import type { Fault } from './fault.ts'
import type { FaultCode } from './fault-table.ts'

/** Objects with these faults stay although Git no longer declares them, which is no failure. */
const LEFT_ALONE: ReadonlySet<FaultCode> = new Set(['prune-disabled', 'unproven-mark'])

/** Whether an object is deliberately left as it is: no failure, and no retry. */
export function isLeftAlone({ code }: Fault): boolean {
  return LEFT_ALONE.has(code)
}
