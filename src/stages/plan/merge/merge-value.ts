import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'
import { isServers } from '../normalise/dropped.ts'
import { sameValue } from '../normalise/same-value.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { mergeList } from './merge-list.ts'
import { mergeObject, mergeUnion } from './merge-object.ts'
import { erase, overlay, type Walk } from './walk.ts'

/** Merges one value that both sides have; `live` is not null. */
export function mergeValue(
  walk: Walk,
  declared: JsonValue,
  base: JsonValue | undefined,
  live: JsonValue,
  schema: MergeSchema,
): void {
  if (declared === null) {
    mergeNull(walk, base, live, schema)
  } else if (isJsonArray(declared) && isJsonArray(live)) {
    mergeList(walk, declared, base, live, schema)
  } else if (isJsonObject(declared) && isJsonObject(live) && !schema.atomic) {
    const merge = (): void => mergeObject(walk, declared, base, live, schema)
    if (schema.retainKeys) mergeUnion(walk, declared, live, merge)
    else merge()
  } else if (!sameValue(declared, live, schema)) {
    overlay(walk, declared, live, schema)
  }
}

/**
 * A declared null asks for the server's default, or for no value. What the server, admission or a controller puts
 * there instead is no drift, unless the default is known or null is a value of the field; where Git newly declares
 * it, it removes what is there.
 */
function mergeNull(walk: Walk, base: JsonValue | undefined, live: JsonValue, schema: MergeSchema): void {
  if (schema.nullable) overlay(walk, null, live, schema)
  else if (isServers(live, schema)) return
  else if (schema.type === 'any' || schema.default !== undefined) erase(walk, live)
  else if (walk.hasBase && base !== null) erase(walk, live)
}
