import type { JsonObject } from '../../../model/json.ts'
import { anySchema } from './any-schema.ts'
import { compileComponents } from './compile-components.ts'
import { CompiledSchema, type MergeSchema } from './compiled-schema.ts'

const NAME = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
const TIME = { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time' }
const STRING = { type: 'string' }
const STRINGS = { type: 'object', additionalProperties: STRING }

/** ObjectMeta as every API server publishes it (meta/v1, types.go). */
const components: JsonObject = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'string', format: 'date-time' },
  [NAME]: {
    type: 'object',
    properties: {
      name: STRING,
      generateName: STRING,
      namespace: STRING,
      selfLink: STRING,
      uid: STRING,
      resourceVersion: STRING,
      generation: { type: 'integer' },
      creationTimestamp: TIME,
      deletionTimestamp: TIME,
      deletionGracePeriodSeconds: { type: 'integer' },
      labels: STRINGS,
      annotations: STRINGS,
      finalizers: { type: 'array', items: STRING, 'x-kubernetes-list-type': 'set' },
      ownerReferences: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['uid'],
        items: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          properties: {
            apiVersion: STRING,
            kind: STRING,
            name: STRING,
            uid: STRING,
            controller: { type: 'boolean' },
            blockOwnerDeletion: { type: 'boolean' },
          },
        },
      },
      managedFields: { type: 'array', items: { type: 'object', additionalProperties: true } },
    },
  },
}

/** Schema of `metadata`, for kinds whose own schema does not describe it. */
export const objectMetaSchema: MergeSchema = compileComponents(components)(NAME)

/** Schema of a kind without one: metadata is known, everything else merges as anySchema. */
export const unknownKindSchema: MergeSchema = withMetadata(anySchema)

/** Adds ObjectMeta, apiVersion and kind to a root schema; no CRD has to describe them. */
export function withMetadata(root: CompiledSchema): MergeSchema {
  const fields = new Map(root.body.fields)
  fields.set('metadata', objectMetaSchema)
  for (const name of ['apiVersion', 'kind']) {
    const described = objectMetaSchema.field('name')
    if (described) fields.set(name, described)
  }
  return new CompiledSchema({ ...root, type: 'object' }, { ...root.body, fields })
}
