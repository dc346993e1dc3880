import { errorMessage } from './error-message.ts'
import { type FaultCode, faultTable } from './fault-table.ts'
import type { ObjectId } from './object.ts'

/** A place in the Repository: a path below its root and a line, counted from 1. */
export interface Location {
  readonly file: string
  readonly line: number
}

/** Something to tell a user, as data: what it is, its place and what to do about it. */
export interface Finding {
  readonly code: string
  /** One sentence without the location; never holds a secret's value. */
  readonly message: string
  readonly remedy: string
  readonly location?: Location
  readonly object?: ObjectId
}

/** Something wrong. */
export interface Fault extends Finding {
  readonly code: FaultCode
  /** JSON pointer (RFC 6901) of the faulty field in the object, where the fault is about one field. */
  readonly pointer?: string
}

export interface FaultPlace {
  readonly location?: Location | undefined
  readonly pointer?: string | undefined
  readonly object?: ObjectId | undefined
}

/** Makes a fault from row `code` of the table; `details` completes its message. */
export function fault(code: FaultCode, details: string, place: FaultPlace = {}): Fault {
  const { title, remedy } = faultTable[code]
  return {
    code,
    message: details === '' ? title : `${title}: ${details}`,
    remedy,
    ...(place.location && { location: place.location }),
    ...(place.object && { object: place.object }),
    ...(place.pointer !== undefined && { pointer: place.pointer }),
  }
}

/** `eu/acme/web.yaml:12: message`, or the message alone where there is no place. */
export function describeFault({ location, message }: Finding): string {
  return location ? `${location.file}:${location.line}: ${message}` : message
}

/** A fault that ends the current work. Its `cause` is the original error. */
export class FaultError extends Error {
  readonly fault: Fault
  constructor(fault: Fault, options?: ErrorOptions) {
    super(describeFault(fault), options)
    this.name = 'FaultError'
    this.fault = fault
  }
}

/** Whether an error is one of these faults. */
export function isFault(error: unknown, ...codes: readonly FaultCode[]): error is FaultError {
  return error instanceof FaultError && codes.includes(error.fault.code)
}

/** The fault of any error: its own, one of the operating system, or `internal` for an unforeseen one. */
export function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault
  return fault(unforeseenCode(error), errorMessage(error))
}

/** The code for an error that is no fault: a failed system call is not a bug of Reeve. */
export function unforeseenCode(error: unknown): 'system-error' | 'internal' {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'errno' in error
  return isOfSystem ? 'system-error' : 'internal'
}

/** Whether a fault stands for an error that no part of Reeve foresaw. */
export function isUnforeseen({ code }: Fault): boolean {
  return code === 'system-error' || code === 'internal'
}
