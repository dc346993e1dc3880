import type { Fault } from '../../model/fault.ts'

/** A fault for programs, with where Git has what it is about. */
export function faultDocument({ code, message, remedy, location }: Fault): object {
  return { code, message, remedy, ...(location && { file: location.file, line: location.line }) }
}
