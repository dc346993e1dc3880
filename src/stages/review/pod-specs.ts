import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { valueAt } from '../../model/json-pointer.ts'

/** Where objects of any kind have a Pod template. */
const TEMPLATES = [
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
]
const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** The specification of the Pods that an object is or makes; undefined where it makes none. */
export function podSpecOf(object: JsonObject): JsonObject | undefined {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') return objectIn(object.spec)
  const specs = TEMPLATES.map((path) => valueAt(object, path))
  return specs.filter(isJsonObject).find((spec) => isJsonArray(spec.containers))
}

/** Containers of all sorts, by name; those that have none are left out. */
export function containersOf(spec: JsonObject): ReadonlyMap<string, JsonObject> {
  const containers = CONTAINERS.flatMap((field) => listIn(spec[field])).filter(isJsonObject)
  return new Map(
    containers.flatMap((container) =>
      typeof container.name === 'string' ? [[container.name, container] as const] : [],
    ),
  )
}

/** The value if it is a list, else an empty one. */
export function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : []
}
