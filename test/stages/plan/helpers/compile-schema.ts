import type { JsonObject } from '../../../../src/model/json.ts'
import type { GroupVersionKind } from '../../../../src/model/object.ts'
import { compileSchemas } from '../../../../src/stages/plan/schema/compile-schema.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'

/** Compiles one kind of an OpenAPI document. */
export function compileSchema(document: JsonObject, gvk: GroupVersionKind): MergeSchema | undefined {
  return compileSchemas(document, [gvk])[0]
}
