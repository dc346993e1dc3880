import { PROVENANCE_FAULTS } from '../../adapters/source/source-fault.ts'
import type { Fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Installation } from '../../model/installation.ts'

/** Faults of the machine, not of what Git declares: a retry may succeed. */
const OF_THE_MACHINE: ReadonlySet<FaultCode> = new Set([
  'render-unavailable',
  'no-renderer',
  'system-error',
  'internal',
])

/** Faults that say nothing of a commit of the past: another time it may render. */
const PASSING: ReadonlySet<FaultCode> = new Set([
  ...OF_THE_MACHINE,
  'source-address-refused',
  'template-unavailable',
  ...PROVENANCE_FAULTS,
])

/** Whether rendering failed for a reason of the machine: a retry may succeed. */
export function isPassing({ faults }: Installation): boolean {
  return faults.some(({ code }) => OF_THE_MACHINE.has(code))
}

/** Fault that prevents rendering a commit of the past now, but may pass; undefined if there is none. */
export function passingFault({ faults }: Installation): Fault | undefined {
  return faults.find(({ code }) => PASSING.has(code))
}
