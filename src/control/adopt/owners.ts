import { describeOwner, type FormerOwner, ownerId } from '../../model/former-owner.ts'
import { idOf, type LiveObject, type ObjectId, type ObjectKey } from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { formerOwners } from '../../stages/plan/ownership/former-owners.ts'
import { argoRecord } from './argo-record.ts'
import { fluxRecord, isFlux } from './flux-record.ts'
import { helmRelease } from './helm-release.ts'
import type { OwnerRecord } from './owner-record.ts'
import type { OwnedObjects } from './report.ts'

/** Each owner of some of the objects, with those objects. */
export function ownersOf(
  objects: Iterable<readonly [key: ObjectKey, live: LiveObject]>,
  ownersFor: (live: LiveObject) => readonly FormerOwner[],
): readonly OwnedObjects[] {
  const owned = [...objects].flatMap(([key, live]) => ownersFor(live).map((owner) => ({ owner, key })))
  const byOwner = Map.groupBy(owned, ({ owner }) => ownerId(owner))
  return [...byOwner.values()]
    .flatMap((members) => {
      const owner = members[0]?.owner
      return owner ? [{ owner, objects: members.map(({ key }) => key) }] : []
    })
    .sort((a, b) => describeOwner(a.owner).localeCompare(describeOwner(b.owner)))
}

/** The owners' own records, in the order of the owners. */
export async function recordsOf(
  owners: readonly FormerOwner[],
  view: ClusterView,
): Promise<readonly OwnerRecord[]> {
  const flux = new Map<string, OwnerRecord>()
  await Promise.all(
    owners.filter(isFlux).map(async (owner) => flux.set(ownerId(owner), await fluxRecord(owner, view))),
  )
  const storage = [...flux.values()].flatMap((record) => record.storage ?? [])
  return Promise.all(
    owners.map(async (owner): Promise<OwnerRecord> => {
      const nothing = { owner, objects: [] }
      if (owner.tool === 'argo-cd') return argoRecord(owner, view)
      if (owner.tool === 'helm') return (await helmRelease(owner, storage, view)) ?? nothing
      return flux.get(ownerId(owner)) ?? nothing
    }),
  )
}

/** Objects of a record that are not `declared`, but exist and are still their owner's. */
export async function stillHeld(
  { owner, objects }: OwnerRecord,
  declared: { has(id: ObjectId): boolean },
  view: ClusterView,
): Promise<OwnedObjects> {
  const others = objects.filter((key) => !declared.has(idOf(key)))
  const isHeld = await Promise.all(others.map((key) => isOf(owner, key, view)))
  return { owner, objects: others.filter((_, index) => isHeld[index]) }
}

async function isOf(owner: FormerOwner, key: ObjectKey, { client, kinds }: ClusterView): Promise<boolean> {
  const resource = kinds.preferred(key.group, key.kind)
  const live = resource && (await client.get(resource, key))
  return live !== undefined && formerOwners(live).some((each) => ownerId(each) === ownerId(owner))
}
