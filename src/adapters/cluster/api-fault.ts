import { type Fault, fault, faultOf } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { pointerOf } from '../../model/json-pointer.ts'
import { idOf } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { asksForTls } from '../../support/exchange/connection-words.ts'
import { ApiError, AuthenticationError, ConnectionError, isAbort } from './api-error.ts'
import { isUntrusted } from './is-untrusted.ts'
import { refusalCode } from './refusal-code.ts'
import { refusedObject } from './refused-object.ts'

/** Messages about updates of fields that must not change (API conventions, validation). */
const IMMUTABLE = /field is immutable|may not be (changed|updated)|updates to .* (are|is) forbidden/i
/** Messages about a value whose type differs from the field's (apimachinery, runtime and json). */
const UNDECODABLE = /cannot unmarshal|strict decoding error|unable to decode|cannot be handled as a/
/** Refusals that depend on the content of the cluster. */
const OF_THE_CLUSTER = /already allocated/
/** Reasons of StatusCauses about the value alone (apimachinery, field.ErrorType). */
const INVALID_VALUES: ReadonlySet<string> = new Set([
  'FieldValueInvalid',
  'FieldValueRequired',
  'FieldValueNotSupported',
  'FieldValueTypeInvalid',
  'FieldValueTooLong',
  'FieldValueTooMany',
])
const UNKNOWN_FIELD = /unknown field "([^"]+)"/g
/** The path of a whole object (apimachinery, field.Path without elements). */
const WHOLE = '<nil>'
/** One step of a field's path (apimachinery, field.Path): a name, or an index or key in brackets. */
const WORD = /([^.[\]]+)|\[([^\]]*)\]/g

/** The fault of a request that failed for good, at the object's place in Git. */
export function apiFault(error: ApiError | ConnectionError, plan: ObjectPlan): Fault {
  const { code, details } = refusedObject(error, plan) ?? {
    code: apiFaultCode(error),
    details: detailsOf(error),
  }
  return fault(code, details, {
    location: plan.origin && { file: plan.origin.file, line: plan.origin.line },
    object: idOf(plan.key),
    pointer: blamedPointer(error),
  })
}

/** The fault of any error thrown while working on an object, at the object's place in Git. */
export function objectFault(error: unknown, plan: ObjectPlan): Fault {
  if (error instanceof ApiError || error instanceof ConnectionError) return apiFault(error, plan)
  const { origin } = plan
  const own = isAbort(error) ? fault('unavailable', error.message) : faultOf(error)
  const location = own.location ?? (origin && { file: origin.file, line: origin.line })
  return { ...own, object: idOf(plan.key), ...(location && { location }) }
}

/** Only the unknown fields, if there are any: the server's words around them differ by verb. */
function detailsOf(error: ApiError | ConnectionError): string {
  const fields = unknownFields(error)
  return fields.length === 0 ? error.message : fields.join(', ')
}

function unknownFields({ message }: Error): readonly string[] {
  return [...message.matchAll(UNKNOWN_FIELD)].map(([, field = '']) => field)
}

/** The code, in the table of faults, of an error of the API server. */
export function apiFaultCode(error: ApiError | ConnectionError): FaultCode {
  if (error instanceof ConnectionError) return connectionCode(error)
  if (isNamespaceTerminating(error)) return 'waiting-for-namespace'
  const refusal = refusalCode(error)
  if (refusal !== undefined) return refusal
  if (unknownFields(error).length > 0) return 'unknown-field'
  if (isInvalidField(error)) return 'invalid-field'
  switch (error.code) {
    case 400:
      return asksForTls(error.message) ? 'api-tls' : 'rejected'
    case 401:
      return 'unauthenticated'
    case 403:
      return 'forbidden'
    case 404:
      return /^namespaces "/.test(error.message) ? 'waiting-for-namespace' : 'unknown-kind'
    case 422:
      return IMMUTABLE.test(error.message) ? 'needs-replacement' : 'rejected'
    case 429:
      return 'unavailable'
    default:
      return error.code >= 500 ? 'unavailable' : 'rejected'
  }
}

function connectionCode(error: ConnectionError): FaultCode {
  if (error instanceof AuthenticationError) return 'unauthenticated'
  return isUntrusted(error) ? 'api-tls' : 'unavailable'
}

/** Whether the object could not be decoded, or the kind's own validation refused a value. */
function isInvalidField({ code, reason, message, causes }: ApiError): boolean {
  if (code === 400) return UNDECODABLE.test(message)
  if (code !== 422 || reason !== 'Invalid' || IMMUTABLE.test(message) || OF_THE_CLUSTER.test(message))
    return false
  return causes.length > 0 && causes.every((cause) => INVALID_VALUES.has(cause.reason))
}

function isNamespaceTerminating(error: ApiError): boolean {
  return error.causes.some((cause) => cause.reason === 'NamespaceTerminating')
}

/** The field that the server blames, `spec.containers[0].imagee`, as a JSON pointer (RFC 6901). */
function blamedPointer(error: ApiError | ConnectionError): string | undefined {
  if (error instanceof ConnectionError) return undefined
  const field = unknownFields(error)[0] ?? error.causes[0]?.field
  return pointerOfField(field ?? '') || undefined
}

/** JSON pointers of all fields that the server blames; the empty pointer is the whole object. */
export function blamedPointers({ causes }: ApiError): readonly string[] {
  return causes.map(({ field }) => (field === WHOLE ? '' : pointerOfField(field)))
}

function pointerOfField(field: string): string {
  return pointerOf([...field.matchAll(WORD)].map(([, name, index]) => name ?? index ?? ''))
}
