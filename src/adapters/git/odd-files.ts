import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FaultError, fault } from '../../model/fault.ts'
import { ifMissing } from '../../support/files/if-missing.ts'

/** Directories below the data directory whose files are all opened by name. */
const WITH_FILES = ['repository.git', 'status.git']

/**
 * Refuses a data directory with a named pipe, socket or device in it, which is not one of Reeve's: opening it
 * may wait forever.
 * @throws FaultError data-dir-unusable
 */
export async function refuseOddFiles(directory: string): Promise<void> {
  const lists = await Promise.all([
    readdir(directory, { withFileTypes: true }),
    ...WITH_FILES.map((name) =>
      readdir(join(directory, name), { withFileTypes: true, recursive: true }).catch(ifMissing([])),
    ),
  ])
  const odd = lists.flat().find(isOdd)
  if (odd === undefined) return
  const path = join(odd.parentPath, odd.name)
  throw new FaultError(fault('data-dir-unusable', `${path} is neither a file nor a directory: remove it`))
}

function isOdd(entry: Dirent): boolean {
  return entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()
}
