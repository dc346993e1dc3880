import { type JsonObject, objectIn } from '../../model/json.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { gvkOf, type KubernetesObject, type LiveObject } from '../../model/object.ts'
import type { MergeBase } from './merge/merge.ts'

/** Whether an object is of Reeve's own kinds. */
export function isOwn(object: KubernetesObject): boolean {
  return gvkOf(object).group === OWN_GROUP
}

/**
 * Base for an object of Reeve's own kinds: its whole specification is Git's, so that what others add to it
 * goes as well. The one exception is `spec.suspended`, which may be set in the cluster.
 * @param before base of a changed declaration
 */
export function ownBase(live: LiveObject, before?: MergeBase): MergeBase | undefined {
  if (!isOwn(live)) return undefined
  const { suspended: _, ...spec } = objectIn(live.spec)
  const known = before?.kind === 'object' ? before.object : undefined
  const { suspended } = objectIn(known?.spec)
  const { apiVersion, kind, metadata } = live
  const { name, namespace } = metadata
  return {
    kind: 'object',
    object: {
      ...(known ?? { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } }),
      spec: { ...spec, ...(suspended !== undefined && { suspended }) } satisfies JsonObject,
    },
  }
}
