import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'

const NOTHING: JsonObject = Object.freeze(Object.create(null))

/** A field's schema as written, and the target of its $ref. */
export interface RawSchema {
  /** The schema at the field: its default and extensions override those of `target`. */
  readonly site: JsonObject
  readonly target: JsonObject
  /** Name of the component that `target` is, such as io.k8s.api.core.v1.PodSpec. */
  readonly component: string | undefined
}

/** An own property, never an inherited one. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

export function ownObject(object: JsonObject, key: string): JsonObject {
  const value = own(object, key)
  return isJsonObject(value) ? value : NOTHING
}

export function ownList(object: JsonObject, key: string): readonly JsonValue[] {
  const value = own(object, key)
  return isJsonArray(value) ? value : []
}

export function ownString(object: JsonObject, key: string): string | undefined {
  const value = own(object, key)
  return typeof value === 'string' ? value : undefined
}

/** Follows $ref and an allOf of one element, at most sixteen steps. */
export function resolveRaw(site: JsonObject, components: JsonObject): RawSchema {
  let target = site
  let component: string | undefined
  for (let step = 0; step < 16; step += 1) {
    const reference = ownString(target, '$ref')
    const [only, ...others] = ownList(target, 'allOf')
    if (reference !== undefined) {
      component = reference.slice(reference.lastIndexOf('/') + 1)
      target = ownObject(components, component)
    } else if (isJsonObject(only) && others.length === 0 && !Object.hasOwn(target, 'properties')) {
      target = only
    } else {
      break
    }
  }
  return { site, target, component }
}

/** An extension or keyword of the field's schema, else of its target. */
export function attribute(raw: RawSchema, name: string): JsonValue | undefined {
  return own(raw.site, name) ?? own(raw.target, name)
}
