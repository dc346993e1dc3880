import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'

/** Kinds whose objects are run by Pods of `spec.template`. */
const TEMPLATED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

export function isTemplated(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return group === 'apps' && TEMPLATED.has(kind)
}

export function podTemplateOf({ spec }: KubernetesObject): JsonObject {
  return objectIn(objectIn(spec).template)
}

export function podLabelsOf(object: KubernetesObject): JsonObject {
  return objectIn(objectIn(podTemplateOf(object).metadata).labels)
}

/** Whether a selector by labels selects something with these labels; an empty one selects nothing here. */
export function isSelectedBy(selector: JsonValue | undefined, labels: JsonObject): boolean {
  const wanted = Object.entries(objectIn(selector))
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value)
}

/** The field that names a ConfigMap or Secret, by what it is in: of a volume, a projection or a variable. */
const REFERENCES: Readonly<Record<string, readonly [kind: 'ConfigMap' | 'Secret', field: string]>> = {
  configMap: ['ConfigMap', 'name'],
  configMapRef: ['ConfigMap', 'name'],
  configMapKeyRef: ['ConfigMap', 'name'],
  secret: ['Secret', 'secretName'],
  secretRef: ['Secret', 'name'],
  secretKeyRef: ['Secret', 'name'],
}

/** The value with each reference of a Pod to a ConfigMap or Secret as `rename` has it. */
export function withReferences(
  value: JsonValue,
  rename: (kind: 'ConfigMap' | 'Secret', name: string) => string,
): JsonValue {
  if (isJsonArray(value)) return value.map((item) => withReferences(item, rename))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]): [string, JsonValue] => {
      const below = withReferences(child, rename)
      const reference = Object.hasOwn(REFERENCES, key) ? REFERENCES[key] : undefined
      return [key, reference && isJsonObject(below) ? renamed(below, reference, rename) : below]
    }),
  )
}

/** A projected Secret has `name` where a volume has `secretName`. */
function renamed(
  reference: JsonObject,
  [kind, field]: readonly ['ConfigMap' | 'Secret', string],
  rename: (kind: 'ConfigMap' | 'Secret', name: string) => string,
): JsonObject {
  const named = reference[field] === undefined ? 'name' : field
  const name = reference[named]
  return typeof name === 'string' ? { ...reference, [named]: rename(kind, name) } : reference
}
