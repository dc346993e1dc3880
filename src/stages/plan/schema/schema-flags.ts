import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { FieldSchema } from '../../../model/schema.ts'
import { isAllocated } from './allocated-fields.ts'
import { builtinDefault } from './builtin-defaults.ts'
import { ATOMIC_LIST, type SchemaFlags } from './compiled-schema.ts'
import { dropsZero } from './dropped-zeros.ts'
import { listMerge } from './list-merge.ts'
import { attribute, own, type RawSchema } from './raw-schema.ts'
import { scalarFormat } from './scalar-format.ts'

/** The field that a schema describes: its component, and its name there; '' inside a map or list. */
export interface FieldSite {
  readonly component: string
  readonly field: string
}

const GO_TYPES = /^io\.k8s\.(api|apimachinery|apiextensions-apiserver|kube-aggregator)\./

/** Properties of one field by its schema, without the fields below it. */
export function schemaFlags(raw: RawSchema, where: FieldSite, components: JsonObject): SchemaFlags {
  const type = schemaType(raw)
  return {
    type,
    format: scalarFormat(raw),
    list: type === 'list' ? listMerge(raw, components) : ATOMIC_LIST,
    atomic: type !== 'list' && attribute(raw, 'x-kubernetes-map-type') === 'atomic',
    open: type === 'any' || isOpen(raw.target),
    dropsEmpty: (type === 'map' || type === 'list') && where.field !== '' && GO_TYPES.test(where.component),
    retainKeys: retainsKeys(raw),
    dropsZero: dropsZero(where.component, where.field),
    allocated: isAllocated(where.component, where.field),
    nullable: attribute(raw, 'nullable') === true,
    default: defaultOf(raw, where),
  }
}

function schemaType(raw: RawSchema): FieldSchema['type'] {
  const { target } = raw
  if (target.type === 'array') return 'list'
  if (isJsonObject(target.properties) || target['x-kubernetes-embedded-resource'] === true) return 'object'
  if (isJsonObject(target.additionalProperties)) return 'map'
  if (isOpen(target)) return 'any'
  if (target.type === 'object') return GO_TYPES.test(raw.component ?? '') ? 'any' : 'object'
  return isScalar(target) ? 'scalar' : 'any'
}

function isScalar(target: JsonObject): boolean {
  return typeof target.type === 'string' || target['x-kubernetes-int-or-string'] === true || 'oneOf' in target
}

function isOpen(target: JsonObject): boolean {
  return (
    own(target, 'additionalProperties') === true ||
    own(target, 'x-kubernetes-preserve-unknown-fields') === true
  )
}

/** The server never defaults a missing map entry or list element. */
function defaultOf(raw: RawSchema, { component, field }: FieldSite): JsonValue | undefined {
  if (field === '') return undefined
  return builtinDefault(component, field) ?? attribute(raw, 'default')
}

function retainsKeys(raw: RawSchema): boolean {
  const strategy = attribute(raw, 'x-kubernetes-patch-strategy')
  return typeof strategy === 'string' && strategy.split(',').includes('retainKeys')
}
