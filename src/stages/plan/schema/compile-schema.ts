import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { GroupVersionKind } from '../../../model/object.ts'
import { compileComponents } from './compile-components.ts'
import type { MergeSchema } from './compiled-schema.ts'
import { objectMetaSchema } from './object-meta.ts'
import { own, ownList, ownObject } from './raw-schema.ts'

/**
 * Compiles kinds of an OpenAPI v3 document (an answer of /openapi/v3/...) with everything they refer to;
 * shared components are compiled and stored once. The schemas keep no reference to the document. Undefined
 * for a kind that the document lacks.
 */
export function compileSchemas(
  document: JsonObject,
  gvks: readonly GroupVersionKind[],
): readonly (MergeSchema | undefined)[] {
  const components = ownObject(ownObject(document, 'components'), 'schemas')
  const names = componentsByKind(components)
  const compile = compileComponents(components, objectMetaSchema)
  return gvks.map((gvk) => {
    const name = names.get(kindName(gvk))
    return name === undefined ? undefined : compile(name)
  })
}

function componentsByKind(components: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [name, schema] of Object.entries(components)) {
    for (const kind of isJsonObject(schema) ? ownList(schema, 'x-kubernetes-group-version-kind') : []) {
      if (isJsonObject(kind)) names.set(kindName(kind), name)
    }
  }
  return names
}

function kindName(kind: JsonObject | GroupVersionKind): string {
  const read = (name: string): JsonValue | undefined => own(kind as JsonObject, name)
  return `${read('group') ?? ''}/${read('version')}/${read('kind')}`
}
