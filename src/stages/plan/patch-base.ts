import type { KubernetesObject } from '../../model/object.ts'
import type { PatchBase } from '../../model/plan.ts'
import { type Applied, appliedOf } from './applied.ts'
import type { MergeBase } from './merge/merge.ts'
import { adoptionOf } from './ownership/adoption-base.ts'
import { reeveFields } from './ownership/writers.ts'

/** A merge base, and its description in the plan. */
interface Base {
  readonly base: MergeBase
  readonly used: PatchBase
}

/** The base where the declaration is unchanged since the last apply: nothing is removed. */
export function sameBase({ revision }: Applied): Base {
  return { base: { kind: 'same' }, used: { kind: 'same', revision } }
}

/**
 * The object as declared when it was last applied, or a substitute.
 * @param then the object as declared at the commit in the live annotation, if available
 * @param adopts whether the object is adopted from another owner; then `then` is that owner's record
 */
export function baseOf(live: KubernetesObject, then: KubernetesObject | undefined, adopts: boolean): Base {
  if (adopts) {
    const { base, from } = adoptionOf(live, then)
    return { base, used: { kind: 'adopted', from } }
  }
  const revision = appliedOf(live)?.revision
  if (then && revision) return { base: { kind: 'object', object: then }, used: { kind: 'commit', revision } }
  const fields = reeveFields(live)
  if (fields.length === 0) return { base: { kind: 'none' }, used: { kind: 'none' } }
  return { base: { kind: 'fields', fields }, used: { kind: 'managed-fields' } }
}
