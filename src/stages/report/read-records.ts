import type { InstallationStatus } from '../../model/status.ts'
import { readRecord } from './read-record.ts'
import { isPathOf, isShardPath, isStatusPath, statusPath } from './status-path.ts'

/** A parsed record and its text. */
export interface ReadRecord {
  readonly text: string
  /** Undefined for an invalid record, or one at a path that its name may not have. */
  readonly record: InstallationStatus | undefined
}

/**
 * The records among the files of a status branch, by path. A record counts only at the path of its name, or
 * at that of earlier versions; of two with one name, the one at the newer path counts.
 * @param known the earlier result: an unchanged text is not parsed again
 */
export function readRecords(
  files: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, ReadRecord> = new Map(),
): ReadonlyMap<string, ReadRecord> {
  const read = new Map<string, ReadRecord>()
  for (const [path, text] of files) {
    if (!isStatusPath(path)) continue
    const before = known.get(path)
    read.set(path, before?.text === text ? before : { text, record: recordAt(path, text) })
  }
  return read
}

/** By the installation's name. */
export function byName(read: ReadonlyMap<string, ReadRecord>): ReadonlyMap<string, InstallationStatus> {
  const found = new Map<string, InstallationStatus>()
  for (const [path, { record }] of read)
    if (record && (isCurrent(path, record.name) || !found.has(record.name))) found.set(record.name, record)
  return found
}

function isCurrent(path: string, name: string): boolean {
  return isShardPath(path) || path === statusPath(name)
}

function recordAt(path: string, text: string): InstallationStatus | undefined {
  const record = readRecord(text)
  return record && isPathOf(path, record.name) ? record : undefined
}
