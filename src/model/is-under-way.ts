import type { FaultCode } from './fault-table.ts'

/** Faults that only say that something is not over yet: an installation with one has not failed. */
const UNDER_WAY: ReadonlySet<string> = new Set<FaultCode>(['hook-running'])

/** Whether a fault, or a problem, only says that something is not over yet. */
export function isUnderWay({ code }: { readonly code: string }): boolean {
  return UNDER_WAY.has(code)
}
