import type { ResolvedObject } from '../../model/installation.ts'
import type { JsonObject } from '../../model/json.ts'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'
import type { KubernetesObject, ObjectMeta } from '../../model/object.ts'
import { SERVER_OWNED_METADATA } from '../../model/server-owned.ts'
import { formatApplied } from './applied.ts'
import { withoutPart } from './merge/ignored-parts.ts'
import type { Leave } from './merge/leave.ts'
import { newMark } from './new-mark.ts'
import { foldStringData } from './normalise/string-data.ts'
import type { Owner } from './owner.ts'
import type { MergeSchema } from './schema/compiled-schema.ts'
import { unknownKindSchema } from './schema/object-meta.ts'

/**
 * The object that Reeve sends to the API server: the declared one with Reeve's two labels and its annotation,
 * without status and the metadata that only the server writes.
 */
export function desiredOf(resolved: ResolvedObject, owner: Owner): KubernetesObject {
  return desiredWith(resolved, owner, formatApplied(newMark(resolved, owner)))
}

/** The desired object with the given annotation value. */
export function desiredWith(resolved: ResolvedObject, owner: Owner, applied: string): KubernetesObject {
  const { status: _status, ...object } = foldStringData(resolved.object)
  return { ...object, metadata: desiredMetadata(object.metadata, owner, applied) } as KubernetesObject
}

/**
 * The object to create: a field that a controller decides whatever Git declares is left out, as its value may be
 * another object's.
 */
export function creatable(
  desired: KubernetesObject,
  leave: Leave | undefined,
  schema: MergeSchema = unknownKindSchema,
): KubernetesObject {
  const controlled = leave?.ignored.filter(({ by, isInitial }) => by !== undefined && !isInitial) ?? []
  const created = controlled.reduce(
    (kept: JsonObject, { steps }) => (withoutPart(kept, steps, schema) ?? kept) as JsonObject,
    desired as JsonObject,
  )
  return created as KubernetesObject
}

function desiredMetadata(metadata: ObjectMeta, owner: Owner, applied: string): ObjectMeta {
  const desired: Record<string, ObjectMeta[string]> = {}
  for (const key of Object.keys(metadata)) {
    if (!SERVER_OWNED_METADATA.has(key)) desired[key] = metadata[key]
  }
  desired.labels = {
    ...metadata.labels,
    [REPOSITORY_LABEL]: owner.repository,
    [INSTALLATION_LABEL]: owner.installationId,
  }
  desired.annotations = { ...metadata.annotations, [APPLIED_ANNOTATION]: applied }
  return desired as ObjectMeta
}
