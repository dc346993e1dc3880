import { type DeletionPolicy, type PendingDeletion, PLAIN_DELETION } from '../../model/deletion.ts'
import { FaultError } from '../../model/fault.ts'
import type { LiveObject } from '../../model/object.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Statuses } from '../../stages/report/statuses.ts'
import type { RemovedInstallation } from '../fleet/last-declarations.ts'
import { isSealed } from './pending-record.ts'

export interface RestoreDeletionsOptions {
  readonly statuses: Pick<Statuses, 'all'>
  /** One of the objects of an installation; undefined where none is left. */
  readonly sampleOf: (name: string) => LiveObject | undefined
  /** Has the marks of all objects read. @throws ApiError, ConnectionError */
  readonly readMarks: () => Promise<void>
  /** What the installation of an object said that the head no longer declares. @throws FaultError */
  readonly lastSaid: (live: LiveObject, head: string) => Promise<RemovedInstallation | undefined>
  readonly sealer: () => Sealer | undefined
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: () => boolean
}

/** An installation that Git no longer declares, and that has not gone yet. */
export interface Leaving {
  readonly deletion: PendingDeletion
  readonly policy: DeletionPolicy
  /** Its innermost group; '' for none. */
  readonly group: string
}

/**
 * What earlier processes began, by name, as they recorded it: unless somebody else wrote the record, or a later commit
 * declared the installation again.
 */
export async function restoreDeletions(
  { tree, snapshot }: CommitTree,
  options: RestoreDeletionsOptions,
): Promise<ReadonlyMap<string, Leaving>> {
  const { statuses, readMarks } = options
  const records = [...statuses.all()].flatMap(({ name, deletion }) => (deletion ? [{ name, deletion }] : []))
  const restored = new Map<string, Leaving>()
  if (records.length > 0) await readMarks()
  for (const { name, deletion } of records) {
    if (tree.declarations.has(name) || !isTrusted(name, deletion, options)) continue
    const last = await lastOf(name, snapshot.commit.oid, options)
    if (last && isDeclaredLater(last, deletion)) continue
    const { deletion: policy = PLAIN_DELETION, groups: [group = ''] = [] } = last ?? {}
    restored.set(name, { deletion, policy, group })
  }
  return restored
}

function isTrusted(
  name: string,
  deletion: PendingDeletion,
  { sealer, areRecordsOwn }: RestoreDeletionsOptions,
): boolean {
  const key = sealer()
  return key ? isSealed(name, deletion, key) : areRecordsOwn()
}

function isDeclaredLater({ revision: { own } }: RemovedInstallation, deletion: PendingDeletion): boolean {
  return own !== deletion.declaredAt && own !== deletion.revision.own
}

/** Undefined where the commits cannot be had: the record says enough. */
async function lastOf(
  name: string,
  head: string,
  { sampleOf, lastSaid }: RestoreDeletionsOptions,
): Promise<RemovedInstallation | undefined> {
  const sample = sampleOf(name)
  try {
    return sample && (await lastSaid(sample, head))
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return undefined
  }
}
