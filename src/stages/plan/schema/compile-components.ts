import { isJsonObject, type JsonObject, writeJson } from '../../../model/json.ts'
import { anySchema } from './any-schema.ts'
import { CompiledSchema, type MergeSchema, type SchemaBody, type SchemaFlags } from './compiled-schema.ts'
import { ownObject, type RawSchema, resolveRaw } from './raw-schema.ts'
import { type FieldSite, schemaFlags } from './schema-flags.ts'

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
const SCHEMA_PROPS = 'JSONSchemaProps'
const NOWHERE: FieldSite = { component: '', field: '' }

/** State of compiling one document: its components, and those already compiled. */
interface Compiler {
  readonly components: JsonObject
  readonly bodies: Map<string, SchemaBody>
  /** Equal schemas share one object: most fields of Kubernetes are plain strings. */
  readonly interned: Map<string, CompiledSchema>
  readonly objectMeta: MergeSchema | undefined
}

/**
 * Compiles components by name, each once. `objectMeta` is the schema of embedded metadata where the
 * components lack their own.
 */
export function compileComponents(
  components: JsonObject,
  objectMeta?: MergeSchema,
): (name: string) => MergeSchema {
  const compiler: Compiler = { components, bodies: new Map(), interned: new Map(), objectMeta }
  return (name) => compileField(compiler, { $ref: name }, NOWHERE)
}

function compileField(compiler: Compiler, site: JsonObject, where: FieldSite): MergeSchema {
  const raw = aliased(resolveRaw(site, compiler.components), compiler.components)
  const flags = schemaFlags(raw, where, compiler.components)
  if (flags.type === 'any') return anySchema
  if (flags.type !== 'scalar' && raw.component === undefined) {
    return new CompiledSchema(flags, fillBody(compiler, newBody(), raw, where.component))
  }
  const name = flags.type === 'scalar' ? '' : (raw.component ?? '')
  return intern(compiler, name, flags, () => componentBody(compiler, name, raw))
}

/** Resolves a union of a JSON Schema with a boolean or list to the schema: only its objects merge. */
function aliased(raw: RawSchema, components: JsonObject): RawSchema {
  const base = raw.component?.replace(/JSONSchemaPropsOr(Bool|Array)$/, SCHEMA_PROPS)
  return base === raw.component ? raw : resolveRaw({ $ref: base ?? '' }, components)
}

function intern(compiler: Compiler, name: string, flags: SchemaFlags, body: () => SchemaBody): MergeSchema {
  const key = `${name} ${writeJson(flags)}`
  const known = compiler.interned.get(key)
  if (known) return known
  const schema = new CompiledSchema(flags, body())
  compiler.interned.set(key, schema)
  return schema
}

/** The body of a component; still incomplete where a component refers to itself. */
function componentBody(compiler: Compiler, name: string, raw: RawSchema): SchemaBody {
  const known = compiler.bodies.get(name)
  if (known) return known
  const body = newBody()
  compiler.bodies.set(name, body)
  return name === '' ? body : fillBody(compiler, body, raw, name)
}

function newBody(): SchemaBody {
  return { fields: new Map(), values: undefined, element: undefined }
}

function fillBody(compiler: Compiler, body: SchemaBody, raw: RawSchema, component: string): SchemaBody {
  const { target } = raw
  for (const [field, property] of Object.entries(ownObject(target, 'properties'))) {
    if (!isJsonObject(property)) continue
    body.fields.set(field, compileField(compiler, property, { component, field }))
  }
  if (target['x-kubernetes-embedded-resource'] === true) body.fields.set('metadata', metadataSchema(compiler))
  body.values = valuesSchema(compiler, target, component)
  if (isJsonObject(target.items)) body.element = compileField(compiler, target.items, inside(component))
  return body
}

function inside(component: string): FieldSite {
  return { component, field: '' }
}

function valuesSchema(compiler: Compiler, target: JsonObject, component: string): MergeSchema | undefined {
  if (isJsonObject(target.additionalProperties)) {
    return compileField(compiler, target.additionalProperties, inside(component))
  }
  const open = target.additionalProperties === true || target['x-kubernetes-preserve-unknown-fields'] === true
  return open ? anySchema : undefined
}

function metadataSchema(compiler: Compiler): MergeSchema {
  if (Object.hasOwn(compiler.components, OBJECT_META))
    return compileField(compiler, { $ref: OBJECT_META }, NOWHERE)
  return compiler.objectMeta ?? anySchema
}
