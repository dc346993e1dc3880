import { isJsonObject, parseJson } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { MergeBase } from '../merge/merge.ts'
import { deployerFields } from './writers.ts'

/** Annotation in which kubectl apply keeps what it last applied, with the values of Secrets in the clear. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'

export interface Adoption {
  readonly base: MergeBase
  /** Tools that recorded the base; empty without a record. */
  readonly from: readonly string[]
}

/**
 * The merge base for an object that is adopted: the record of the tool that had it before.
 * @param recorded the object as a Helm release records it, if one does
 */
export function adoptionOf(live: KubernetesObject, recorded?: KubernetesObject): Adoption {
  if (recorded) return { base: { kind: 'object', object: recorded }, from: ['helm'] }
  const applied = lastApplied(live)
  if (applied) return { base: { kind: 'object', object: applied }, from: ['kubectl'] }
  const deployers = deployerFields(live)
  if (deployers.length === 0) return { base: { kind: 'none' }, from: [] }
  return {
    base: { kind: 'fields', fields: deployers.map(({ fields }) => fields) },
    from: [...new Set(deployers.map(({ manager }) => manager))],
  }
}

function lastApplied(live: KubernetesObject): KubernetesObject | undefined {
  const value = parseJson(live.metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? '')
  return isJsonObject(value) && isJsonObject(value.metadata) ? (value as KubernetesObject) : undefined
}
