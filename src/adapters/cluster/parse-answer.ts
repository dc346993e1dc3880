import { isJsonObject, type JsonValue, readJson } from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'
import { ApiError, ConnectionError } from './api-error.ts'

/**
 * Parses an answer as JSON.
 *
 * @param from the request, such as `GET /apis`
 * @throws ConnectionError if it is not JSON: something in between answered in place of the API server
 */
export function parseAnswer(body: string, from: string): JsonValue {
  try {
    return readJson(body)
  } catch (error) {
    throw new ConnectionError(`${from}: the answer is not JSON`, error)
  }
}

/**
 * Parses an answer as an object.
 *
 * @throws ApiError if the answer has no name: the answer to a review, or a Status (of code 200)
 */
export function parseObject(body: string, from: string): LiveObject {
  const object = parseAnswer(body, from)
  if (isNamed(object) && typeof object.apiVersion === 'string' && typeof object.kind === 'string')
    return object
  throw new ApiError({ code: 200, reason: '', message: `${from}: the answer is not a named object` })
}

/** Whether a value is an object with a name. */
export function isNamed(object: unknown): object is LiveObject {
  if (!isJsonObject(object) || !isJsonObject(object.metadata)) return false
  return typeof object.metadata.name === 'string'
}
