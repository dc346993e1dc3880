import { type Fault, FaultError, fault, faultOf } from '../../model/fault.ts'
import { ApiError, ConnectionError, isAbort } from './api-error.ts'
import { apiFaultCode } from './api-fault.ts'

/** The fault of any error, including errors of the API server. */
export function anyFault(error: unknown): Fault {
  if (error instanceof ApiError || error instanceof ConnectionError)
    return fault(apiFaultCode(error), error.message)
  return isAbort(error) ? fault('unavailable', error.message) : faultOf(error)
}

/** Turns an error of the API server into one with a remedy for the user; keeps any other error. */
export function asFaultError(error: unknown): unknown {
  return error instanceof ApiError || error instanceof ConnectionError
    ? new FaultError(anyFault(error), { cause: error })
    : error
}
