import { ApiError } from '../../../../src/adapters/cluster/api-error.ts'
import type { JsonObject } from '../../../../src/model/json.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../../../src/model/object.ts'
import type { ObjectPlan } from '../../../../src/model/plan.ts'
import { revisionAt } from '../../../../src/model/revision.ts'
import { differences } from '../../../../src/stages/plan/merge/merge.ts'
import { type Settled, settledOf } from '../../../../src/stages/plan/merge/settled.ts'
import type { Owner } from '../../../../src/stages/plan/owner.ts'
import { planObject } from '../../../../src/stages/plan/plan-object.ts'
import { owner, resolvedOf } from '../helpers/objects.ts'
import type { Bed } from './bed.ts'

/** What became of an object that Reeve was to bring to what Git declares. */
export interface Synced {
  readonly live: LiveObject | undefined
  /** What the server makes of the declaration though no schema tells: pointers. */
  readonly settled: readonly string[]
  /** What is planned once all is done, with all that was learnt. */
  readonly next: string
  /** What a process plans that knows nothing but the live object; without managedFields, as the cache has it. */
  readonly afresh: string
  /** What the server said against it. */
  readonly refused?: string
}

/** How often a plan may follow on another: the change, what settled, and no more. */
const ROUNDS = 3

/** Syncs one object. `base` is what Git declared when it was synced before. */
export async function sync(bed: Bed, declared: KubernetesObject, base?: KubernetesObject): Promise<Synced> {
  let live = await bed.read(declared)
  let settled: Settled = new Map()
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = planOf(bed, declared, live, { base, settled })
      const answer = await write(bed, plan)
      if (!answer || !('desired' in plan)) break
      live = answer
      settled = settledOf(differences(plan.desired, live, bed.schemaOf(declared)))
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { live, settled: [], next: '', afresh: '', refused: error.message }
  }
  const read = await bed.read(declared)
  return {
    live: read,
    settled: [...settled.keys()],
    next: shown(planOf(bed, declared, read, { base: declared, settled })),
    afresh: shown(planOf(bed, declared, read && withoutManagers(read), {})),
  }
}

interface Knowledge {
  readonly base?: KubernetesObject | undefined
  readonly settled?: Settled
}

function planOf(
  bed: Bed,
  declared: KubernetesObject,
  live: LiveObject | undefined,
  knowledge: Knowledge,
): ObjectPlan {
  const resolved = resolvedOf(declared)
  return planObject({
    resolved,
    owner: atCommitOf(resolved.digest),
    live,
    schema: bed.schemaOf(declared),
    ...knowledge,
  })
}

/** Every declaration is a commit of its own. */
function atCommitOf(digest: string): Owner {
  const commit = Buffer.from(digest).toString('hex').padEnd(40, '0').slice(0, 40)
  return { ...owner, revision: revisionAt(commit) }
}

async function write(bed: Bed, plan: ObjectPlan): Promise<LiveObject | undefined> {
  if (plan.action === 'unchanged') return undefined
  if (plan.action === 'create') return bed.client.create(await bed.resourceOf(plan.desired), plan.desired)
  if (plan.action === 'patch')
    return bed.client.patch(await bed.resourceOf(plan.live), keyOf(plan.live), plan.patch)
  throw new Error(`planned ${shown(plan)}`)
}

function withoutManagers(live: LiveObject): LiveObject {
  const { managedFields: _managedFields, ...metadata } = live.metadata
  return { ...live, metadata } as LiveObject
}

/** A plan in words: what it does, and where. */
export function shown(plan: ObjectPlan): string {
  if (plan.action === 'blocked') return `blocked: ${plan.fault.message}`
  if (plan.action !== 'patch') return plan.action
  return plan.patch
    .slice(2)
    .map((operation) => JSON.stringify(operation as JsonObject))
    .join('\n')
}
