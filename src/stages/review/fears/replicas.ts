import type { JsonObject } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'

/** Kinds that run one Pod where no number is declared (apps/v1). */
const DEFAULTED: ReadonlySet<unknown> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet'])

/** Declared number of replicas; undefined where there is none, as with an autoscaler. */
export function replicasOf(object: JsonObject, field = 'replicas'): number | undefined {
  const value = valueAt(object, ['spec', field])
  return typeof value === 'number' ? value : undefined
}

/** Whether an object without a declared number runs something. */
export function runsByDefault({ kind }: JsonObject): boolean {
  return DEFAULTED.has(kind)
}
