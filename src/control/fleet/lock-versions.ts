import type { TemplateSources } from '../../adapters/source/template-sources.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import type { Fault, Location } from '../../model/fault.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { ChartReference } from '../../model/template.ts'
import { isRange } from '../../model/version-range.ts'
import {
  LOCK_FILE,
  type LockEntry,
  lockKey,
  readLockFile,
  writeLockFile,
} from '../../stages/declare/charts/lock-file.ts'
import { type DeclaredTree, declareTree } from '../../stages/declare/declare-tree.ts'
import { Limit } from '../../support/concurrency/limit.ts'

/** Maximum number of ranges that are looked up at once. */
const LOOKUPS = { atOnce: 4 }

/** What a range stands for, and stood for before. */
export interface LockedRange {
  readonly entry: LockEntry
  readonly before: LockEntry | undefined
}

export interface Locked {
  /** Sorted as in the lock file. */
  readonly ranges: readonly LockedRange[]
  readonly faults: readonly Fault[]
  /** The new lock file; undefined where it stays as it is. */
  readonly text: string | undefined
}

export interface LockOptions {
  readonly sources: TemplateSources
  /** Moves each range to its newest version; else only ranges without a version get one. */
  readonly update: boolean
  /** Ends the lookups that have not begun. */
  readonly signal?: AbortSignal
}

/** What a commit or a directory declares. */
export interface Ranged {
  readonly snapshot: Snapshot
  readonly tree: DeclaredTree
}

/** A range and the first place that names it. */
interface NamedRange {
  readonly chart: ChartReference
  readonly location: Location
}

/** Locks the ranges of a tree that is not declared yet. */
export async function lockVersions(
  snapshot: Snapshot,
  { decrypt, ...options }: LockOptions & { readonly decrypt: Decrypt },
): Promise<Locked> {
  const tree = await declareTree(snapshot, { decrypt, onUnforeseen: () => {} })
  return lockRanges({ snapshot, tree }, options)
}

/**
 * Finds a version for each range that documents of a tree name. A range whose source is away keeps the version
 * that it has, and so do those of documents that cannot be read; a lock file that cannot be read stays as it is.
 */
export async function lockRanges({ snapshot, tree }: Ranged, options: LockOptions): Promise<Locked> {
  const before = await lockFileOf(snapshot)
  const { entries, faults } = readLockFile(before ?? '')
  if (faults.length > 0) return { ranges: [], faults, text: undefined }
  const lookups = new Limit(LOOKUPS)
  const found = await Promise.all(
    [...rangesIn(tree)].map(([key, range]) =>
      lookups.run(() => lockOne(range, entries.get(key), options), options.signal),
    ),
  )
  const ranges = found.flatMap(({ range }) => range ?? [])
  const others = isReadWhole(tree) ? new Map<string, LockEntry>() : new Map(entries)
  for (const { entry } of ranges) others.delete(lockKey(entry))
  const text = writeLockFile([...ranges.map(({ entry }) => entry), ...others.values()])
  const isSame = text === before || (ranges.length === 0 && before === undefined)
  return { ranges, faults: found.flatMap(({ fault }) => fault ?? []), text: isSame ? undefined : text }
}

/** The number of ranges that a tree names, and of those that its lock file has no version for. */
export async function countRanges({
  snapshot,
  tree,
}: Ranged): Promise<{ readonly named: number; readonly unlocked: number }> {
  const keys = [...rangesIn(tree).keys()]
  if (keys.length === 0) return { named: 0, unlocked: 0 }
  const { entries } = readLockFile((await lockFileOf(snapshot)) ?? '')
  return { named: keys.length, unlocked: keys.filter((key) => !entries.has(key)).length }
}

/** Whether no document is unreadable, whose ranges would lose their versions. */
function isReadWhole({ directories }: DeclaredTree): boolean {
  const manifests = [...directories.values()].flatMap((directory) => directory.manifests)
  return manifests.every(
    ({ misfits, faults }) => misfits.length === 0 && faults.every(({ code }) => code === 'unused-template'),
  )
}

/** By lockKey, sorted. */
function rangesIn({ directories }: DeclaredTree): ReadonlyMap<string, NamedRange> {
  const ranges = new Map<string, NamedRange>()
  const documents = [...directories.values()].flatMap(({ manifests }) =>
    manifests.flatMap((manifest) => manifest.documents),
  )
  for (const { document, place } of documents)
    for (const { reference, pointer } of document.templates) {
      if (!('chart' in reference) || !isRange(reference.chart.version)) continue
      const { repository, name, version: range } = reference.chart
      const key = lockKey({ repository, name, range })
      const chart = { repository, name, version: range }
      if (!ranges.has(key)) ranges.set(key, { chart, location: place(`${pointer}/chart/version`) })
    }
  return new Map([...ranges].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function lockOne(
  { chart, location }: NamedRange,
  before: LockEntry | undefined,
  { sources, update }: LockOptions,
): Promise<{ readonly range?: LockedRange; readonly fault?: Fault }> {
  const kept = before && { range: { entry: before, before } }
  if (kept && !update) return kept
  const version = await sources.newest(chart)
  if (typeof version !== 'string') return { ...kept, fault: { ...version.fault, location } }
  if (kept && version === before.version) return kept
  const fetched = await sources.package({ ...chart, version })
  if ('fault' in fetched) return { ...kept, fault: { ...fetched.fault, location } }
  const { repository, name, version: range } = chart
  return { range: { entry: { repository, name, range, version, digest: fetched.digest }, before } }
}

async function lockFileOf({ entries, readBlobs }: Snapshot): Promise<string | undefined> {
  const entry = entries.find(({ path }) => path === LOCK_FILE)
  if (entry === undefined) return undefined
  const bytes = (await readBlobs([entry.oid])).get(entry.oid)
  return new TextDecoder().decode(bytes)
}
