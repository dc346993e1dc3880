import { type JsonObject, objectIn } from '../../../model/json.ts'
import type { ToldChange } from '../told-change.ts'
import type { FearFinder } from './fear-finder.ts'
import { replicasOf, runsByDefault } from './replicas.ts'

/** Fields below `spec` that say how many may run. */
const COUNTS = ['replicas', 'instances', 'maxReplicas', 'maxReplicaCount']
/** Fields below `spec` that stop an object where they are true. */
const SWITCHES = ['suspend', 'suspended', 'hibernate', 'hibernated', 'stopped']

/** What ran, or ran by schedule, and does so no longer. */
export const stopped: FearFinder = {
  kind: 'stopped',
  find: (change) => [...counts(change), ...switches(change)],
  part: (object) => {
    const spec = objectIn(object.spec)
    return [...COUNTS, ...SWITCHES].map((field) => spec[field] ?? null)
  },
}

function counts({ before, after }: ToldChange): readonly string[] {
  if (before === undefined || after === undefined) return []
  return COUNTS.flatMap((field) => {
    const [was, is] = [replicasOf(before, field), replicasOf(after, field)]
    if (is !== 0 || was === 0) return []
    if (was !== undefined) return [`${field} ${was} → 0`]
    // What is not declared is the default, or what an autoscaler says: at least something runs.
    return field === 'replicas' && runsByDefault(before) ? ['replicas → 0'] : []
  })
}

function switches({ before, after }: ToldChange): readonly string[] {
  if (before === undefined || after === undefined) return []
  return SWITCHES.filter((field) => isOn(after, field) && !isOn(before, field)).map(
    (field) => `spec.${field} is set`,
  )
}

function isOn(object: JsonObject, field: string): boolean {
  return objectIn(object.spec)[field] === true
}
