import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  textIn,
} from '../../model/json.ts'
import { redactDumps } from './redact-dumps.ts'
import { redactValues } from './redact-values.ts'

/** One field that the API server rejected (StatusCause). */
export interface ErrorCause {
  /** Path of the field, such as `spec.ports[0].port`; empty if the server names none. */
  readonly field: string
  /** Such as `FieldValueInvalid`. */
  readonly reason: string
  readonly message: string
}

interface ApiErrorParts {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly causes?: readonly ErrorCause[]
  readonly retryAfterSeconds?: number | undefined
  readonly as?: string | undefined
}

/** The API server refused a request (Status of the Kubernetes API). */
export class ApiError extends Error {
  /** HTTP status. */
  readonly code: number
  /** Such as `AlreadyExists`, `Conflict`, `Expired`; empty if the answer is not a Status. */
  readonly reason: string
  readonly causes: readonly ErrorCause[]
  /** Delay that the server asks for, from Retry-After or the Status. */
  readonly retryAfterSeconds: number | undefined
  /** Service account that the request was made as, `namespace/name`; undefined for Reeve's own. */
  readonly as: string | undefined

  constructor(parts: ApiErrorParts) {
    super(parts.message)
    this.name = 'ApiError'
    this.code = parts.code
    this.reason = parts.reason
    this.causes = parts.causes ?? []
    this.retryAfterSeconds = parts.retryAfterSeconds
    this.as = parts.as
  }
}

/** No answer came: the API server is unreachable, or the connection broke. */
export class ConnectionError extends Error {
  /** Such as `ECONNREFUSED` or `UND_ERR_HEADERS_TIMEOUT`; empty if unknown. */
  readonly code: string

  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'ConnectionError'
    this.code = codeOf(cause)
  }
}

/** No request could be sent: the credentials could not be had, from a file, a plugin or an issuer. */
export class AuthenticationError extends ConnectionError {
  constructor(message: string) {
    super(message, undefined)
    this.name = 'AuthenticationError'
  }
}

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  return typeof code === 'string' ? code : ''
}

/** Whether the server no longer has the resourceVersion or continue token: list again. */
export function isExpired(error: unknown): boolean {
  return hasCode(error, 410)
}

export function isForbidden(error: unknown): boolean {
  return hasCode(error, 403)
}

/** Whether a request failed: refused, unanswered, or aborted with the client. */
export function isRequestError(error: unknown): boolean {
  return error instanceof ApiError || error instanceof ConnectionError || isAbort(error)
}

/** The result `otherwise` for a failed request. @throws any other error again */
export function ifRequestFails<Result>(otherwise: Result): (error: unknown) => Result {
  return (error) => {
    if (isRequestError(error)) return otherwise
    throw error
  }
}

/** Whether the error is an abort. */
export function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError'
}

/** Whether the API server answered with this HTTP status. */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof ApiError && error.code === code
}

const LONGEST_MESSAGE = 2000

/** The error in the body of a refused request. @param code the HTTP status */
export function apiErrorOf(code: number, body: string, about: Omit<Answer, 'code'> = {}): ApiError {
  const parsed = parseJson(body)
  const status = parsed === undefined && !about.secret ? plainStatus(code, body) : objectIn(parsed)
  return apiErrorOfStatus(status, { ...about, code })
}

/** A short answer in plain words, of a proxy for example; pages of HTML say nothing that helps. */
function plainStatus(code: number, body: string): JsonObject | undefined {
  const words = body.trim()
  if (words === '' || words.length > LONGEST_VALUE || /^[<{[]/.test(words)) return undefined
  return { message: `HTTP status ${code} (${words})` }
}

interface Answer {
  readonly code: number
  /** The Retry-After header in seconds. */
  readonly retryAfter?: string | undefined
  /** The request concerns a Secret: values that the server quotes are redacted. */
  readonly secret?: boolean | undefined
  /** Service account that the request was made as. */
  readonly as?: string | undefined
}

/** The error in a parsed Status, such as that of a watch's ERROR event. */
export function apiErrorOfStatus(status: JsonObject | undefined, answer: Answer): ApiError {
  const longest = answer.secret ? 0 : LONGEST_VALUE
  const tidy = (text: string) => shorten(redactDumps(redactValues(text, longest)).trim())
  const details = objectIn(status?.details)
  return new ApiError({
    code: numberIn(status?.code) ?? answer.code,
    reason: textIn(status?.reason),
    message: tidy(textIn(status?.message)) || `HTTP status ${answer.code}`,
    causes: causesIn(details?.causes, tidy),
    retryAfterSeconds: secondsIn(answer.retryAfter) ?? numberIn(details?.retryAfterSeconds),
    as: answer.as,
  })
}

function causesIn(value: JsonValue | undefined, tidy: (text: string) => string): readonly ErrorCause[] {
  if (!isJsonArray(value)) return []
  return value.filter(isJsonObject).map((cause) => ({
    field: textIn(cause.field),
    reason: textIn(cause.reason),
    message: tidy(textIn(cause.message)),
  }))
}

/** Maximum length of a quoted value: a refused patch is answered with the whole resulting object. */
const LONGEST_VALUE = 200

function shorten(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
}

function secondsIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined
}

function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}

function numberIn(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
