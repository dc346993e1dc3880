import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  textIn,
} from '../../model/json.ts'
import { redactValues } from './redact-values.ts'

/** One field of an object that the API server did not accept (StatusCause). */
export interface ErrorCause {
  /** Path of the field, such as `spec.ports[0].port`; empty where the server names none. */
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
}

/** The API server answered, and the answer is no (Status of the Kubernetes API). */
export class ApiError extends Error {
  /** HTTP status. */
  readonly code: number
  /** Such as `AlreadyExists`, `Conflict`, `Expired`; empty where the answer is no Status. */
  readonly reason: string
  readonly causes: readonly ErrorCause[]
  /** How long the server asks to wait, from Retry-After or the Status. */
  readonly retryAfterSeconds: number | undefined

  constructor(parts: ApiErrorParts) {
    super(parts.message)
    this.name = 'ApiError'
    this.code = parts.code
    this.reason = parts.reason
    this.causes = parts.causes ?? []
    this.retryAfterSeconds = parts.retryAfterSeconds
  }
}

/** No answer came: the API server can't be reached, or the connection broke. */
export class ConnectionError extends Error {
  /** Such as `ECONNREFUSED` or `UND_ERR_HEADERS_TIMEOUT`; empty where unknown. */
  readonly code: string

  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'ConnectionError'
    this.code = codeOf(cause)
  }
}

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  return typeof code === 'string' ? code : ''
}

/** The server no longer has that resourceVersion or continue token: list again. */
export function isExpired(error: unknown): boolean {
  return hasCode(error, 410)
}

export function isForbidden(error: unknown): boolean {
  return hasCode(error, 403)
}

/** Whether it is a request's own failure: refused, without an answer, or ended with the client. */
export function isRequestError(error: unknown): boolean {
  return error instanceof ApiError || error instanceof ConnectionError || isAbort(error)
}

/** What a failed request is worth to a caller that goes on without. @throws any other error again */
export function ifRequestFails<Result>(otherwise: Result): (error: unknown) => Result {
  return (error) => {
    if (isRequestError(error)) return otherwise
    throw error
  }
}

/** What was under way when it was told to stop. */
export function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError'
}

/** Whether the API server answered with this HTTP status. */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof ApiError && error.code === code
}

const LONGEST_MESSAGE = 2000

/**
 * Reads the body of a refused request.
 *
 * @param retryAfter the Retry-After header in seconds, where there is one
 * @param secret the request was about a Secret: values that the server quotes are left out
 */
export function apiErrorOf(code: number, body: string, retryAfter?: string, secret = false): ApiError {
  return apiErrorOfStatus(objectIn(parseJson(body)), { code, retryAfter, secret })
}

interface Answer {
  readonly code: number
  readonly retryAfter?: string | undefined
  readonly secret?: boolean
}

/** The same from a Status that is parsed already, such as that of a watch's ERROR event. */
export function apiErrorOfStatus(status: JsonObject | undefined, answer: Answer): ApiError {
  const tidy = (text: string) => shorten(redactValues(text, answer.secret ? 0 : LONGEST_VALUE).trim())
  const details = objectIn(status?.details)
  return new ApiError({
    code: numberIn(status?.code) ?? answer.code,
    reason: textIn(status?.reason),
    message: tidy(textIn(status?.message)) || `HTTP status ${answer.code}`,
    causes: causesIn(details?.causes, tidy),
    retryAfterSeconds: secondsIn(answer.retryAfter) ?? numberIn(details?.retryAfterSeconds),
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

/** A refused patch is answered with the whole object as it would be: nobody reads that. */
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
