import { isJsonObject, type JsonValue } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import type { MergeBase } from '../merge/merge.ts'
import { deployerFields } from './writers.ts'

/** Where kubectl apply keeps what it applied last; it holds the values of Secrets in the clear. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'

/** The merge base for an object that is taken over: the record of the tool that had it until now. */
export function adoptionBase(live: KubernetesObject): MergeBase {
  const applied = lastApplied(live)
  if (applied) return { kind: 'object', object: applied }
  const fields = deployerFields(live)
  return fields.length > 0 ? { kind: 'fields', fields } : { kind: 'none' }
}

function lastApplied(live: KubernetesObject): KubernetesObject | undefined {
  const value = parsed(live.metadata.annotations?.[LAST_APPLIED_ANNOTATION])
  return isJsonObject(value) && isJsonObject(value.metadata) ? (value as KubernetesObject) : undefined
}

function parsed(text: string | undefined): JsonValue | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
