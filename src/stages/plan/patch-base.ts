import type { KubernetesObject } from '../../model/object.ts'
import type { PatchBase } from '../../model/plan.ts'
import { type Applied, appliedOf } from './applied.ts'
import type { MergeBase } from './merge/merge.ts'
import { adoptionOf } from './ownership/adoption-base.ts'
import { reeveFields } from './ownership/writers.ts'

/** A merge base, and what to say of it. */
interface Base {
  readonly base: MergeBase
  readonly used: PatchBase
}

/** Where Git says what it said when the object was last applied: nothing is to be removed. */
export function sameBase({ revision }: Applied): Base {
  return { base: { kind: 'none' }, used: { kind: 'same', revision } }
}

/**
 * What Git said when the object was last applied, or what stands in for it.
 * @param then the object as the commit of the live annotation declares it, where that can be had
 * @param adopts whether the object is taken over from somebody else; `then` is that one's own record
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
