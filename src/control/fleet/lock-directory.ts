import path from 'node:path'
import type { KeySettings } from '../../model/settings.ts'
import { LOCK_FILE } from '../../stages/declare/charts/lock-file.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { writeWhole } from '../../support/files/write-whole.ts'
import { readingWith } from './leave-encrypted.ts'
import { type Locked, lockVersions } from './lock-versions.ts'
import { placed } from './validate-directory.ts'
import { type TemporarySourcesOptions, withTemporarySources } from './with-temporary-sources.ts'

/** The file is the user's own, with the permissions of their other files. */
const OF_USER = 0o666

export interface LockDirectoryOptions extends TemporarySourcesOptions {
  readonly keys: KeySettings
  readonly update: boolean
}

/** Writes the lock file of a directory where it changes. Files of its faults are relative to the current directory. */
export async function lockDirectory(
  directory: string,
  { keys, update, ...from }: LockDirectoryOptions,
): Promise<Locked> {
  const { decrypt } = readingWith(keys)
  const snapshot = await snapshotDirectory(directory)
  const locked = await withTemporarySources(from, (sources) =>
    lockVersions(snapshot, { sources, decrypt, update }),
  )
  if (locked.text !== undefined) await writeWhole(path.join(directory, LOCK_FILE), locked.text, OF_USER)
  return { ...locked, faults: placed(locked.faults, directory) }
}
