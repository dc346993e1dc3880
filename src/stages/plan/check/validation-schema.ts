import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { GroupVersionKind, KubernetesObject } from '../../../model/object.ts'
import { own, ownList, ownObject, ownString } from '../schema/raw-schema.ts'
import type { ValidationSchema } from './defect.ts'

/** Keywords for human readers, unused here: most of a document. */
const LEFT_OUT: ReadonlySet<string> = new Set(['description', 'example', 'externalDocs', 'title'])
const OF_KINDS = 'x-kubernetes-group-version-kind'

/**
 * Schema of a kind in an API server's OpenAPI v3 document, without descriptions. Undefined where the document
 * lacks the kind.
 *
 * @param shared components of the same document that were already read; newly read ones are added
 */
export function validationSchema(
  document: JsonObject,
  gvk: GroupVersionKind,
  shared: Map<string, JsonObject>,
): ValidationSchema | undefined {
  const components = ownObject(ownObject(document, 'components'), 'schemas')
  const name = Object.keys(components).find((each) => isOfKind(ownObject(components, each), gvk))
  if (name === undefined) return undefined
  readComponent(name, components, shared)
  return {
    root: { $ref: name },
    components: Object.fromEntries(shared),
    isCustom: name === customName(gvk),
  }
}

/**
 * Schema of a kind from its CustomResourceDefinition; undefined where it has no schema for the version, or
 * preserves unknown fields.
 */
export function validationSchemaOfCrd(crd: KubernetesObject, version: string): ValidationSchema | undefined {
  const spec = ownObject(crd as JsonObject, 'spec')
  const found = ownList(spec, 'versions').find((each) => isJsonObject(each) && own(each, 'name') === version)
  const root = isJsonObject(found) ? ownObject(ownObject(found, 'schema'), 'openAPIV3Schema') : {}
  if (Object.keys(root).length === 0 || spec.preserveUnknownFields === true) return undefined
  return { root: withoutProse(root) as JsonObject, components: {}, isCustom: true }
}

function isOfKind(schema: JsonObject, { group, version, kind }: GroupVersionKind): boolean {
  return ownList(schema, OF_KINDS).some(
    (each) => isJsonObject(each) && each.group === group && each.version === version && each.kind === kind,
  )
}

/** The name that apiextensions-apiserver gives a custom resource's component. */
function customName({ group, version, kind }: GroupVersionKind): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`
}

/** Reads a component and everything it refers to. */
function readComponent(name: string, components: JsonObject, read: Map<string, JsonObject>): void {
  if (read.has(name)) return
  const component = withoutProse(ownObject(components, name)) as JsonObject
  read.set(name, component)
  for (const other of referencesIn(component)) readComponent(other, components, read)
}

function referencesIn(value: JsonValue): readonly string[] {
  if (isJsonArray(value)) return value.flatMap(referencesIn)
  if (!isJsonObject(value)) return []
  const reference = ownString(value, '$ref')
  const own = reference === undefined ? [] : [reference.slice(reference.lastIndexOf('/') + 1)]
  return [...own, ...Object.values(value).flatMap(referencesIn)]
}

/** @param isSchema false for a mapping by field names, one of which may be `description` */
function withoutProse(value: JsonValue, isSchema = true): JsonValue {
  if (isJsonArray(value)) return value.map((item) => withoutProse(item))
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).filter(([key, item]) => !isSchema || !isProse(key, item))
  return Object.fromEntries(
    kept.map(([key, item]) => [key, withoutProse(item, !(isSchema && key === 'properties'))]),
  )
}

function isProse(key: string, value: JsonValue): boolean {
  return LEFT_OUT.has(key) && !isJsonObject(value)
}
