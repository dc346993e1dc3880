import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { tokensOf, valueAt } from '../../../model/json-pointer.ts'
import { gvkOf, type KubernetesObject, type LiveObject } from '../../../model/object.ts'
import { own, resolveRaw } from '../schema/raw-schema.ts'
import { undecodable } from './decode.ts'
import type { Defect, ValidationSchema } from './defect.ts'
import { immutableChanges, selectsOthers } from './immutable-fields.ts'
import { invalid, type RuleHolds } from './validate.ts'

export interface WriteCheck {
  /** The object that Git declares. */
  readonly desired: KubernetesObject
  /** The object after the write; for a create, `desired`. */
  readonly after: KubernetesObject
  /** Undefined for a create. */
  readonly live: LiveObject | undefined
  /** Undefined where none is published: then fields are not checked. */
  readonly schema: ValidationSchema | undefined
  readonly rules: RuleHolds
}

/**
 * Defects for which the API server would refuse a write, as far as they can be found without a request:
 * fields and types by the kind's schema, values by a custom resource's schema, and immutable fields. Anything
 * uncertain is no defect: the server decides.
 */
export function checkWrite({ desired, after, live, schema, rules }: WriteCheck): readonly Defect[] {
  const { group, kind } = gvkOf(desired)
  const [asked, then] = [desired as JsonObject, after as JsonObject]
  const decoded = schema ? undecodable(asked, schema).filter((each) => !isTolerated(each, asked, live)) : []
  if (decoded.length > 0) return decoded
  const name = `${group}/${kind}`
  return [
    ...(schema?.isCustom ? invalid(then, live as JsonObject | undefined, rootOf(schema), rules) : []),
    ...(live ? immutableChanges(name, then, live as JsonObject) : []),
    ...selectsOthers(name, then),
  ]
}

/** Whether a value of a wrong type is the live one, from an earlier schema: the server tolerates it. */
function isTolerated({ code, pointer }: Defect, asked: JsonObject, live: LiveObject | undefined): boolean {
  if (code !== 'invalid-field' || live === undefined) return false
  const tokens = tokensOf(pointer)
  const value = valueAt(asked, tokens)
  return value !== undefined && wasThere(value, live as JsonObject, tokens)
}

function rootOf({ root, components }: ValidationSchema): JsonObject {
  return resolveRaw(root, components).target
}

/**
 * Whether the live object has a value at the same path; list elements may have moved.
 *
 * @param tokens path to it in the declared object
 */
function wasThere(value: JsonValue, live: JsonValue | undefined, tokens: readonly string[]): boolean {
  const [token, ...rest] = tokens
  if (token === undefined) return live !== undefined && isDeepStrictEqual(value, live)
  if (isJsonArray(live)) return live.some((element) => wasThere(value, element, rest))
  return isJsonObject(live) && wasThere(value, own(live, token), rest)
}
