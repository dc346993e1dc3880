import type { Finding } from '../../model/fault.ts'

/** A fault or notice for programs, with its place in Git. */
export function faultDocument({ code, message, remedy, location }: Finding): object {
  return { code, message, remedy, ...(location && { file: location.file, line: location.line }) }
}
