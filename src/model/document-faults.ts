import type { FaultCode } from './fault-table.ts'

/** Faults of an object that lie in its document alone: they are the same on every cluster of its kinds. */
const DOCUMENT_FAULTS: ReadonlySet<FaultCode> = new Set(['unknown-field', 'invalid-field'])

export function isDocumentFault(code: FaultCode): boolean {
  return DOCUMENT_FAULTS.has(code)
}
