import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { IgnoredField, PatchOperation } from '../../../model/plan.ts'
import { SERVER_OWNED_METADATA } from '../../../model/server-owned.ts'
import { foldStringData } from '../normalise/string-data.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { objectMetaSchema, unknownKindSchema } from '../schema/object-meta.ts'
import { own, ownObject } from '../schema/raw-schema.ts'
import { type FieldNodes, isLeaf } from './fields-v1.ts'
import { type Leave, leaveNothing, type OwnedFields } from './leave.ts'
import { mergeObject } from './merge-object.ts'
import { mergeValue } from './merge-value.ts'
import { ownedPart } from './owned-part.ts'
import { type FieldDifference, nothingSettled, type Settled } from './settled.ts'
import type { Walk } from './walk.ts'

/** The declaration that was last applied: the object, the fields that it set, what is declared now, or unknown. */
export type MergeBase =
  | { readonly kind: 'object'; readonly object: KubernetesObject }
  | { readonly kind: 'fields'; readonly fields: FieldNodes }
  | { readonly kind: 'same' }
  | { readonly kind: 'none' }

export interface MergeInput {
  readonly declared: KubernetesObject
  readonly base: MergeBase
  readonly live: KubernetesObject
  /** The kind's schema; undefined where none is known: then every list is atomic. */
  readonly schema: MergeSchema | undefined
  readonly settled?: Settled | undefined
  /** Fields that other managers own: never removed along with fields that Git no longer declares. */
  readonly foreign?: readonly OwnedFields[] | undefined
  /** Parts that stay as they are, whatever Git declares. */
  readonly leave?: Leave | undefined
}

export interface Merged {
  readonly operations: readonly PatchOperation[]
  /** Differences that stay as they are, with the reason. */
  readonly left: readonly IgnoredField[]
}

const ROOT_EXCEPT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status'])
const METADATA_EXCEPT: ReadonlySet<string> = new Set([...SERVER_OWNED_METADATA, 'name', 'namespace'])

/**
 * The three-way merge as a JSON patch (RFC 6902): declared fields overlay live; a field is removed only if
 * base declared it and declared no longer does; fields of other owners stay. Empty where live matches the
 * declaration. Never touches status or the server's own metadata.
 */
export function merge(input: MergeInput): PatchOperation[] {
  return walked(input).changes.map((change) => change.operation)
}

/** Like merge, with the differences that are left. */
export function mergeLeaving(input: MergeInput): Merged {
  const { changes, left } = walked(input)
  return { operations: changes.map((change) => change.operation), left }
}

/**
 * Declared fields that the live object does not show though they were applied, by pointer. Fields left to
 * others are no differences.
 */
export function differences(
  declared: KubernetesObject,
  live: KubernetesObject,
  schema: MergeSchema | undefined,
  leave: Leave = leaveNothing,
): FieldDifference[] {
  const { changes } = walked({ declared, base: { kind: 'same' }, live, schema, leave })
  return changes.flatMap((change) => (change.difference ? [change.difference] : []))
}

function walked(input: MergeInput): Walk {
  const leave = input.leave ?? leaveNothing
  const schema = input.schema ?? unknownKindSchema
  const live = input.live as JsonObject
  const declared = foldStringData(input.declared) as JsonObject
  const base = baseObject(input.base, live, schema)
  const walk: Walk = {
    path: [],
    changes: [],
    left: [],
    settled: input.settled ?? nothingSettled,
    leave,
    hasBase: base !== undefined,
    isApplied: input.base.kind === 'same',
    foreign: [...(input.foreign ?? []), ...leave.owned].filter(({ fields }) => !isLeaf(fields)),
    mergeValue,
  }
  mergeMetadata(walk, declared, base, live, schema)
  mergeObject(walk, declared, base, live, schema, ROOT_EXCEPT)
  return walk
}

function mergeMetadata(
  walk: Walk,
  declared: JsonObject,
  base: JsonObject | undefined,
  live: JsonObject,
  schema: MergeSchema,
): void {
  const metadata = own(declared, 'metadata')
  if (!isJsonObject(metadata)) return
  walk.path.push('metadata')
  const known = schema.field('metadata') ?? objectMetaSchema
  mergeObject(walk, metadata, base?.metadata, ownObject(live, 'metadata'), known, METADATA_EXCEPT)
  walk.path.pop()
}

function baseObject(base: MergeBase, live: JsonObject, schema: MergeSchema): JsonObject | undefined {
  switch (base.kind) {
    case 'object':
      return foldStringData(base.object) as JsonObject
    case 'fields':
      return ownedPart(
        live,
        base.fields.filter((node) => !isLeaf(node)),
        schema,
      )
    case 'same':
    case 'none':
      return undefined
  }
}
