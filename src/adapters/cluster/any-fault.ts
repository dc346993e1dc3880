import { type Fault, FaultError, fault, faultOf } from '../../model/fault.ts'
import { ApiError, ConnectionError, isAbort } from './api-error.ts'
import { apiFaultCode } from './api-fault.ts'

/** The fault of whatever was thrown, the API server's answers included. */
export function anyFault(error: unknown): Fault {
  if (error instanceof ApiError || error instanceof ConnectionError)
    return fault(apiFaultCode(error), error.message)
  return isAbort(error) ? fault('unavailable', error.message) : faultOf(error)
}

/** What the API server did not do, as an error that tells a person what to do. */
export function asFaultError(error: unknown): unknown {
  return error instanceof ApiError || error instanceof ConnectionError
    ? new FaultError(anyFault(error), { cause: error })
    : error
}
