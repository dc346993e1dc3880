import type { JsonValue } from '../../../model/json.ts'
import type { FieldSchema, ListMerge, ScalarFormat } from '../../../model/schema.ts'

/** Merge properties of a field beyond FieldSchema; all are optional. */
export interface MergeSchema extends FieldSchema {
  /**
   * A union: when one of its fields is newly set, undeclared objects in it are removed
   * (x-kubernetes-patch-strategy: retainKeys), such as a volume's other source.
   */
  readonly retainKeys?: boolean
  /** A non-pointer Go field with omitempty: false, 0 and "" are dropped. */
  readonly dropsZero?: boolean
  /** Filled in with a free or discovered value: a zero value, null or no value keeps the live one. */
  readonly allocated?: boolean
  /** A null is a value that the server keeps. */
  readonly nullable?: boolean
  /** The server's default for a missing field. */
  readonly default?: JsonValue | undefined
  field(name: string): MergeSchema | undefined
  items(): MergeSchema | undefined
}

export type SchemaFlags = Required<Omit<MergeSchema, 'field' | 'items'>>

/** Schemas below a schema. Shared between the places that refer to one component, filled once. */
export interface SchemaBody {
  readonly fields: Map<string, MergeSchema>
  /** Schema of every field that `fields` does not name: a map's values, or any field. */
  values?: MergeSchema | undefined
  element?: MergeSchema | undefined
}

/** A schema that keeps no reference to the OpenAPI document it was compiled from. */
export class CompiledSchema implements MergeSchema {
  readonly type: FieldSchema['type']
  readonly format: ScalarFormat
  readonly list: ListMerge
  readonly atomic: boolean
  readonly open: boolean
  readonly dropsEmpty: boolean
  readonly retainKeys: boolean
  readonly dropsZero: boolean
  readonly allocated: boolean
  readonly nullable: boolean
  readonly default: JsonValue | undefined
  readonly body: SchemaBody

  constructor(flags: SchemaFlags, body: SchemaBody) {
    this.type = flags.type
    this.format = flags.format
    this.list = flags.list
    this.atomic = flags.atomic
    this.open = flags.open
    this.dropsEmpty = flags.dropsEmpty
    this.retainKeys = flags.retainKeys
    this.dropsZero = flags.dropsZero
    this.allocated = flags.allocated
    this.nullable = flags.nullable
    this.default = flags.default
    this.body = body
  }

  field(name: string): MergeSchema | undefined {
    return this.body.fields.get(name) ?? this.body.values
  }

  items(): MergeSchema | undefined {
    return this.body.element
  }
}

export const ATOMIC_LIST: ListMerge = Object.freeze({ type: 'atomic' })
export const SET_LIST: ListMerge = Object.freeze({ type: 'set' })

/** Flags of a plain closed scalar; every other schema overrides some. */
export const plainFlags: SchemaFlags = Object.freeze({
  type: 'scalar',
  format: 'plain',
  list: ATOMIC_LIST,
  atomic: false,
  open: false,
  dropsEmpty: false,
  retainKeys: false,
  dropsZero: false,
  allocated: false,
  nullable: false,
  default: undefined,
})
