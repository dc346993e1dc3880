import type { Finding } from '../../../model/fault.ts'
import type { SharedFault } from '../../../model/shared-faults.ts'

/** A fault or notice for programs, with its place in Git. */
export interface FaultDocument {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly file?: string
  readonly line?: number
  /** Names of all installations that share the fault, where they are told together. */
  readonly installations?: readonly string[]
}

export function faultDocument(finding: Finding | SharedFault): FaultDocument {
  const { code, message, remedy, location } = finding
  return {
    code,
    message,
    remedy,
    ...(location && { file: location.file, line: location.line }),
    ...('installations' in finding && { installations: finding.installations }),
  }
}
