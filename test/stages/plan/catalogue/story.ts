import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { Bed } from './bed.ts'
import { type Drifted, driftOf } from './drift.ts'
import { asTwin } from './load.ts'
import { change, create, isInUse, type Outcome, restore, TWINS } from './rounds.ts'

/** What the whole catalogue goes through. */
export interface Story {
  readonly created: readonly Outcome[]
  /** Edited in Git, and added to by another writer. */
  readonly changed: readonly Outcome[]
  /** Edited back. */
  readonly restored: readonly Outcome[]
  /** Changed by another writer where Git has its say. */
  readonly drifted: readonly Drifted[]
}

/** Has it happen, with changes that are chosen by a seed. */
export async function happen(bed: Bed, catalogue: readonly KubernetesObject[], seed: number): Promise<Story> {
  const twins = Object.values(TWINS)
  const isDefinition = ({ kind }: KubernetesObject): boolean => kind === 'CustomResourceDefinition'
  const namespaces = ['twin', 'limits-twin'].map(namespace)
  await bed.learn(namespaces)
  for (const object of twins.flatMap((twin) => namespaces.map((each) => asTwin(each, twin))))
    await bed.client.create(await bed.resourceOf(object), object)
  await bed.learn(catalogue.filter(isDefinition))
  const definitions = await create(bed, catalogue.filter(isDefinition))
  await bed.learn(twins.flatMap((twin) => catalogue.map((object) => asTwin(object, twin))))
  const others = await create(
    bed,
    catalogue.filter((object) => !isDefinition(object)),
  )
  const created = [...definitions, ...others]
  const changed = await change(bed, created, seed)
  const restored = await restore(bed, changed)
  const synced = restored.filter(
    ({ declared, live }) => live.reeve !== undefined && !isInUse(declared, restored),
  )
  const drifted = await Promise.all(
    synced.map((outcome, index) => driftOf(bed, outcome, TWINS.reeve, seed + index)),
  )
  return { created, changed, restored, drifted: drifted.filter((one) => one !== undefined) }
}

function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}
