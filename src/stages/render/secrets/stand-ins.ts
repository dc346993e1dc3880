import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../model/json.ts'
import { type PartSearch, partSearch, SHORTEST_PART } from '../../../model/part-search.ts'
import { Secrets } from '../../../model/secrets.ts'
import { bareObject } from '../../declare/yaml/bare-object.ts'
import { standInFor, standInForNumber } from './stand-in.ts'

/** Puts stand-ins in place of secrets, so that another rendering shows where they go. */
export interface StandIns {
  /** A value with stand-ins for the texts and numbers that are secrets; its keys stay. */
  readonly of: (value: JsonValue) => JsonValue
  /** The same where a secret may be a part of a text, as in a copy. */
  readonly within: (value: JsonValue) => JsonValue
  /** The same for an object of Kubernetes or a form of one, whose identity stays as it is. */
  readonly ofObject: (object: JsonObject) => JsonObject
  /** Some secrets have no other stand-in than themselves: comparing renderings does not show where they go. */
  readonly areBlind: boolean
  /** All stand-ins, as secrets: messages show them as little as the secrets. */
  readonly secrets: Secrets
}

/** The stand-ins of decrypted texts. */
export function standInsFor(secrets: Secrets | undefined): StandIns {
  const known = new Map([...(secrets?.reveal() ?? [])].map((text) => [text, standInForText(text)]))
  let parts: PartSearch | undefined
  const replaced = (text: string) => {
    parts ??= partSearch([...known.keys()].filter(({ length }) => length >= SHORTEST_PART))
    return parts.replaced(text, (found) => known.get(found) ?? standInForText(found))
  }
  const of = (value: JsonValue) => replacedIn(value, (text) => known.get(text) ?? text)
  const within = (value: JsonValue) => replacedIn(value, (text) => known.get(text) ?? replaced(text))
  return {
    of,
    within,
    ofObject: (object) =>
      mapped(object, (child, key) => {
        if (key === 'apiVersion' || key === 'kind') return child
        if (key !== 'metadata' || !isJsonObject(child)) return of(child)
        return mapped(child, (field, name) => (name === 'name' || name === 'namespace' ? field : of(field)))
      }),
    areBlind: [...known].some(([text, standIn]) => text === standIn && !text.includes('${')),
    secrets: new Secrets(known.values()),
  }
}

/** What holds no secret stays the same object. */
function replacedIn(value: JsonValue, standIn: (text: string) => string): JsonValue {
  if (typeof value === 'string') return standIn(value)
  if (isJsonNumber(value)) return standIn(String(value)) === String(value) ? value : standInForNumber(value)
  if (isJsonArray(value)) {
    const items = value.map((item) => replacedIn(item, standIn))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  return isJsonObject(value) ? mapped(value, (child) => replacedIn(child, standIn)) : value
}

/** A reference, up to its default value, and that. */
const DEFAULT = /^(\$\{[^}]*?:-)([^}]+)\}$/

/** References stay, but for their default values: what they stand for has a stand-in of its own. */
function standInForText(text: string): string {
  return text
    .split(/(\$\{[^}]*\})/)
    .map((piece, index) => (index % 2 === 1 ? standInForReference(piece) : piece && standInFor(piece)))
    .join('')
}

function standInForReference(reference: string): string {
  const [, before, otherwise] = DEFAULT.exec(reference) ?? []
  return before === undefined || otherwise === undefined ? reference : `${before}${standInFor(otherwise)}}`
}

function mapped(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  let changed: Record<string, JsonValue> | undefined
  for (const key in object) {
    const value = object[key] ?? null
    const other = change(value, key)
    if (other === value) continue
    changed ??= Object.assign(bareObject(), object)
    changed[key] = other
  }
  return changed ?? object
}
