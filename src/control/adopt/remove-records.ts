import { type Fault, fault } from '../../model/fault.ts'
import { describeOwner, type FormerOwner, ownerId } from '../../model/former-owner.ts'
import { describeKey, idOf } from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Member } from '../fleet/member.ts'
import { type HelmRelease, helmReleasesIn, removeRecord } from './helm-release.ts'
import type { OwnerRecord } from './owner-record.ts'
import { stillHeld } from './owners.ts'
import type { Adopted } from './report.ts'

/**
 * Removes the records of the Helm releases that had objects of the installation and have none left, including
 * releases whose marks an earlier run removed.
 * @param records records of the owners until now
 */
export async function removeRecords(
  member: Member,
  records: readonly OwnerRecord[],
  view: ClusterView,
): Promise<Omit<Adopted, 'outcomes'>> {
  const known = [...records.filter(isRelease), ...(await recordedNearby(member, view))]
  const releases = new Map(known.map((release) => [ownerId(release.owner), release]))
  const removed: FormerOwner[] = []
  const kept: Fault[] = []
  for (const release of releases.values()) {
    const { objects } = await stillHeld(release, new Set(), view)
    if (objects.length > 0) kept.push(inUse(release, objects.map(describeKey)))
    else {
      await removeRecord(release, view)
      removed.push(release.owner)
    }
  }
  return { removed, kept }
}

function isRelease(record: OwnerRecord): record is HelmRelease {
  return 'secrets' in record
}

function inUse({ owner }: HelmRelease, objects: readonly string[]): Fault {
  const some = objects.length > 5 ? `${objects.slice(0, 5).join(', ')} …` : objects.join(', ')
  return fault('release-in-use', `${describeOwner(owner)} has ${some}`)
}

/** Releases in the installation's namespaces that name some of its objects. */
async function recordedNearby(
  { objects, attempted }: Member,
  view: ClusterView,
): Promise<readonly HelmRelease[]> {
  const namespaces = new Set(
    [...objects.values()].map(({ key }) => key.namespace).filter((name) => name !== ''),
  )
  if (attempted.namespace !== undefined) namespaces.add(attempted.namespace)
  const found = await Promise.all([...namespaces].map((namespace) => helmReleasesIn(namespace, view)))
  return found.flat().filter((release) => release.objects.some((key) => objects.has(idOf(key))))
}
