import { isJsonObject, type JsonValue } from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'
import { ApiError, ConnectionError } from './api-error.ts'

/**
 * The value of an answer in JSON.
 *
 * @param from what was asked, such as `GET /apis`
 * @throws ConnectionError where it is none: something in between answered in the API server's place
 */
export function parseAnswer(body: string, from: string): JsonValue {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new ConnectionError(`${from}: the answer is no JSON`, error)
  }
}

/**
 * The object of an answer.
 *
 * @throws ApiError where the answer has no name to go by: a question's answer, a Status (of code 200)
 */
export function parseObject(body: string, from: string): LiveObject {
  const object = parseAnswer(body, from)
  if (isNamed(object) && typeof object.apiVersion === 'string' && typeof object.kind === 'string')
    return object
  throw new ApiError({ code: 200, reason: '', message: `${from}: the answer is no object with a name` })
}

/** Whether something can be told from others: it has a name. */
export function isNamed(object: unknown): object is LiveObject {
  if (!isJsonObject(object) || !isJsonObject(object.metadata)) return false
  return typeof object.metadata.name === 'string'
}
