import type { Fault } from './fault.ts'
import type { FaultCode } from './fault-table.ts'

/** Objects with these faults stay although Git no longer declares them, which is no failure. */
const LEFT_ALONE: ReadonlySet<string> = new Set<FaultCode>(['prune-disabled', 'unproven-mark'])

/** Objects with these faults stay until a person or a later round lets them go. */
const HELD: ReadonlySet<FaultCode> = new Set([
  'deletion-limit',
  'deletion-protected',
  'deletion-held',
  'deletion-waits',
  'namespace-in-use',
  'hook-failed',
  'proof-unavailable',
])

/** Whether an object stays although Git no longer declares it, for now. */
export function isHeldDeletion({ code }: Fault): boolean {
  return HELD.has(code)
}

/** Whether an object is deliberately left as it is: no failure, and no retry. */
export function isLeftAlone({ code }: { readonly code: string }): boolean {
  return LEFT_ALONE.has(code)
}
