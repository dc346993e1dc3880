import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { own } from '../schema/raw-schema.ts'

/**
 * Whether the live object has a value in the same place; elements of lists may have moved.
 *
 * @param tokens the way to it in the declared object
 */
export function wasThere(value: JsonValue, live: JsonValue | undefined, tokens: readonly string[]): boolean {
  const [token, ...rest] = tokens
  if (token === undefined) return live !== undefined && isDeepStrictEqual(value, live)
  if (isJsonArray(live)) return live.some((element) => wasThere(value, element, rest))
  return isJsonObject(live) && wasThere(value, own(live, token), rest)
}
