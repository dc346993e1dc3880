import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { GroupVersionKind } from '../../../../src/model/object.ts'
import { builtinDefault } from '../../../../src/stages/plan/schema/builtin-defaults.ts'
import { ATOMIC_LIST } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { elementKey, indexList } from '../../../../src/stages/plan/schema/list-index.ts'
import { listMerge } from '../../../../src/stages/plan/schema/list-merge.ts'
import {
  own,
  ownList,
  ownObject,
  type RawSchema,
  resolveRaw,
} from '../../../../src/stages/plan/schema/raw-schema.ts'

/** A field that the server filled in: the Go type that has it, its name, and what is there. */
export interface Defaulted {
  /** Such as io.k8s.api.core.v1.PodSpec. */
  readonly component: string
  readonly field: string
  readonly value: JsonValue
  /** What Reeve takes for its default. */
  readonly preset: JsonValue | undefined
}

/** What of a live object nobody declared, by the OpenAPI document of its group version. */
export function defaultedIn(
  declared: JsonObject,
  live: JsonObject,
  document: JsonObject,
  gvk: GroupVersionKind,
): readonly Defaulted[] {
  const components = ownObject(ownObject(document, 'components'), 'schemas')
  const isKind = (kind: JsonValue): boolean =>
    isJsonObject(kind) && ['group', 'version', 'kind'].every((part) => kind[part] === gvk[part as 'kind'])
  const found = Object.entries(components).find(
    ([, schema]) => isJsonObject(schema) && ownList(schema, 'x-kubernetes-group-version-kind').some(isKind),
  )
  return found ? fieldsIn(declared, live, resolveRaw({ $ref: found[0] }, components), components) : []
}

function fieldsIn(
  declared: JsonObject,
  live: JsonObject,
  raw: RawSchema,
  components: JsonObject,
): readonly Defaulted[] {
  const { component = '', target } = raw
  return Object.entries(live).flatMap(([field, value]) => {
    const site = own(ownObject(target, 'properties'), field)
    if (!isJsonObject(site)) return []
    const below = resolveRaw(site, components)
    const ours = own(declared, field)
    if (ours !== undefined) return valuesIn(ours, value, below, components)
    const preset = builtinDefault(component, field) ?? own(site, 'default')
    if (!isJsonObject(preset)) return [{ component, field, value, preset }]
    // A struct that is there by default: what is in it comes from its own fields' defaults.
    const inside = valuesIn({}, value, below, components)
    if (Object.keys(preset).length === 0) return [{ component, field, value: preset, preset }, ...inside]
    return [
      { component, field, value, preset },
      ...inside.filter((one) => isDeepStrictEqual(one.preset, one.value)),
    ]
  })
}

function valuesIn(
  declared: JsonValue,
  live: JsonValue,
  raw: RawSchema,
  components: JsonObject,
): readonly Defaulted[] {
  if (isJsonObject(declared) && isJsonObject(live)) return fieldsIn(declared, live, raw, components)
  if (!isJsonArray(declared) || !isJsonArray(live)) return []
  const merge = indexList(declared, listMerge(raw, components)) ? listMerge(raw, components) : ATOMIC_LIST
  const items = resolveRaw(ownObject(raw.target, 'items'), components)
  return live.flatMap((element, index) => {
    const key = elementKey(element, merge)
    const ours =
      key === undefined ? declared[index] : declared.find((other) => elementKey(other, merge) === key)
    return ours === undefined ? [] : valuesIn(ours, element, items, components)
  })
}
