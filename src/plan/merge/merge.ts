import { isJsonObject, type JsonObject } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import type { PatchOperation } from '../../model/plan.ts'
import { foldStringData } from '../normalise/string-data.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { objectMetaSchema, unknownKindSchema } from '../schema/object-meta.ts'
import { own, ownObject } from '../schema/raw-schema.ts'
import { SERVER_OWNED_METADATA } from '../server-owned.ts'
import { type FieldNodes, isLeaf } from './fields-v1.ts'
import { mergeObject } from './merge-object.ts'
import { mergeValue } from './merge-value.ts'
import { ownedPart } from './owned-part.ts'
import { type FieldDifference, nothingSettled, type Settled } from './settled.ts'
import type { Change, Walk } from './walk.ts'

/** What Git said when the object was last applied: the object, or the fields that it set, or nothing. */
export type MergeBase =
  | { readonly kind: 'object'; readonly object: KubernetesObject }
  | { readonly kind: 'fields'; readonly fields: FieldNodes }
  | { readonly kind: 'none' }

export interface MergeInput {
  readonly declared: KubernetesObject
  readonly base: MergeBase
  readonly live: KubernetesObject
  /** The schema of the kind; undefined where none is known: then every list is atomic. */
  readonly schema: MergeSchema | undefined
  readonly settled?: Settled | undefined
  /** What others than Reeve own: never removed along with what Git no longer declares. */
  readonly foreign?: FieldNodes | undefined
}

const ROOT_EXCEPT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status'])
const METADATA_EXCEPT: ReadonlySet<string> = new Set([...SERVER_OWNED_METADATA, 'name', 'namespace'])

/**
 * The three-way merge as a JSON patch (RFC 6902): declared fields overlay live; a field is removed
 * only if base declared it and declared no longer does; whatever others own is left alone. Empty
 * where live is what Git declares. Never touches status nor what the server owns in metadata.
 */
export function merge(input: MergeInput): PatchOperation[] {
  return changesOfMerge(input).map((change) => change.operation)
}

/** What of `declared` the live object does not show, by pointer; the merge without a base. */
export function differences(
  declared: KubernetesObject,
  live: KubernetesObject,
  schema: MergeSchema | undefined,
): FieldDifference[] {
  const changes = changesOfMerge({ declared, base: { kind: 'none' }, live, schema })
  return changes.flatMap((change) => (change.difference ? [change.difference] : []))
}

function changesOfMerge(input: MergeInput): Change[] {
  const schema = input.schema ?? unknownKindSchema
  const live = input.live as JsonObject
  const declared = foldStringData(input.declared) as JsonObject
  const base = baseObject(input.base, live, schema)
  const walk: Walk = {
    path: [],
    changes: [],
    settled: input.settled ?? nothingSettled,
    foreign: (input.foreign ?? []).filter((node) => !isLeaf(node)),
    mergeValue,
  }
  mergeMetadata(walk, declared, base, live, schema)
  mergeObject(walk, declared, base, live, schema, ROOT_EXCEPT)
  return walk.changes
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
    case 'none':
      return undefined
  }
}
