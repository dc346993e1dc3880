import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { compileComponents } from './compile-components.ts'
import { CompiledSchema, type MergeSchema } from './compiled-schema.ts'
import { objectMetaSchema, unknownKindSchema, withMetadata } from './object-meta.ts'
import { own, ownList, ownObject } from './raw-schema.ts'

/**
 * Schema of a custom resource from its CustomResourceDefinition (apiextensions.k8s.io/v1), before the OpenAPI
 * endpoint shows it. Undefined where the CRD has no such version; a version without a schema yields one that
 * keeps every field.
 */
export function schemaOfCrd(crd: KubernetesObject, version: string): MergeSchema | undefined {
  const found = ownList(ownObject(crd as JsonObject, 'spec'), 'versions').find(
    (entry): entry is JsonObject => isJsonObject(entry) && own(entry, 'name') === version,
  )
  if (!found) return undefined
  const root = ownObject(ownObject(found, 'schema'), 'openAPIV3Schema')
  return compileRoot(preservesUnknown(crd) ? { ...root, 'x-kubernetes-preserve-unknown-fields': true } : root)
}

function compileRoot(root: JsonObject): MergeSchema {
  const compiled = compileComponents({ root }, objectMetaSchema)('root')
  const describes = compiled instanceof CompiledSchema && compiled.type === 'object'
  return describes ? withMetadata(compiled) : unknownKindSchema
}

function preservesUnknown(crd: KubernetesObject): boolean {
  return ownObject(crd as JsonObject, 'spec').preserveUnknownFields === true
}
