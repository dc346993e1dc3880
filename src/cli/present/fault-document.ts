import type { Fault } from '../../model/fault.ts'

/** A fault for programs, with its place in Git. */
export function faultDocument({ code, message, remedy, location }: Fault): object {
  return { code, message, remedy, ...(location && { file: location.file, line: location.line }) }
}
