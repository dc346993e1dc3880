import type { Finding } from '../../../model/fault.ts'

/** A fault or notice for programs, with its place in Git. */
export interface FaultDocument {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly file?: string
  readonly line?: number
}

export function faultDocument({ code, message, remedy, location }: Finding): FaultDocument {
  return { code, message, remedy, ...(location && { file: location.file, line: location.line }) }
}
