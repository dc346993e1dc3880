import { apiFaultCode } from '../apply/api-fault.ts'
import { ApiError, ConnectionError } from '../cluster/api-error.ts'
import { type Fault, fault, faultOf } from '../model/fault.ts'

/** The fault of whatever was thrown, the API server's answers included. */
export function anyFault(error: unknown): Fault {
  return error instanceof ApiError || error instanceof ConnectionError
    ? fault(apiFaultCode(error), error.message)
    : faultOf(error)
}
