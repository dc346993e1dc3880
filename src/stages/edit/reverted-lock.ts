import { FaultError } from '../../model/fault.ts'
import type { TemplateReference } from '../../model/template.ts'
import { isRange } from '../../model/version-range.ts'
import {
  LOCK_FILE,
  type LockEntry,
  lockKey,
  readLockFile,
  writeLockFile,
} from '../declare/charts/lock-file.ts'
import type { CommitTree } from '../declare/mixed-declaration.ts'
import { textOf } from './edited-files.ts'

/**
 * The lock file in which the ranges of these templates stand for the versions that they did; undefined where they do.
 * @throws FaultError bad-lock-file
 */
export async function revertedLock(
  templates: readonly TemplateReference[],
  head: CommitTree,
  good: CommitTree,
): Promise<string | undefined> {
  const keys = new Set(templates.flatMap(rangeOf))
  if (keys.size === 0) return undefined
  const [now, before] = await Promise.all([lockOf(head), lockOf(good)])
  const past = [...keys].flatMap((key) => before.get(key) ?? [])
  const moved = past.filter((entry) => !isSame(entry, now.get(lockKey(entry))))
  if (moved.length === 0) return undefined
  return writeLockFile(new Map([...now, ...moved.map((entry) => [lockKey(entry), entry] as const)]).values())
}

function rangeOf(reference: TemplateReference): readonly string[] {
  if (!('chart' in reference) || !isRange(reference.chart.version)) return []
  const { repository, name, version: range } = reference.chart
  return [lockKey({ repository, name, range })]
}

async function lockOf({ snapshot }: CommitTree): Promise<ReadonlyMap<string, LockEntry>> {
  const { entries, faults } = readLockFile(await textOf(snapshot, LOCK_FILE))
  const [first] = faults
  if (first) throw new FaultError(first)
  return entries
}

function isSame(one: LockEntry, other: LockEntry | undefined): boolean {
  return one.version === other?.version && one.digest === other.digest
}
