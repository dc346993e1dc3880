import { randomBytes } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { usableDirectory } from '../../adapters/git/usable-directory.ts'
import { ifMissing } from '../../support/files/if-missing.ts'
import { writePrivate } from '../../support/files/private.ts'
import { version } from '../../support/package/package-root.ts'

const FILE = 'identity'

/** Identity of a Reeve among others of its name. */
export interface Identity {
  /**
   * `<data directory>_<process>_<host>`. The first part is kept in the data directory and outlives the
   * process; the second tells this process from one with a copy of that directory.
   */
  readonly holder: string
  /** Where it runs, for users. */
  readonly about: string
}

/**
 * Identity of this process. Call it with the data directory locked.
 * @throws FaultError data-dir-unusable
 */
export async function identityIn(dataDir: string): Promise<Identity> {
  return identityOf(await usableDirectory(dataDir, () => idOf(dataDir)))
}

/** Identity of a short-lived process without a data directory of its own; each is different. */
export function passingIdentity(): Identity {
  return identityOf(randomBytes(8).toString('hex'))
}

/** Gives the data directory another identity at the next start: a copy of it may be in use. */
export async function forgetIdentity(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE), { force: true })
}

/** Whether two holders are successive processes with the same data directory. */
export function sharesDirectory(a: string, b: string): boolean {
  return a.split('_', 1)[0] === b.split('_', 1)[0]
}

function identityOf(directory: string): Identity {
  return {
    holder: `${directory}_${randomBytes(4).toString('hex')}_${hostname()}`,
    about: `process ${process.pid} on ${hostname()}, Reeve ${version()}`,
  }
}

async function idOf(dataDir: string): Promise<string> {
  const file = join(dataDir, FILE)
  const kept = await readFile(file, 'utf8').catch(ifMissing(undefined))
  if (kept !== undefined && /^[0-9a-f]{16}$/.test(kept)) return kept
  const id = randomBytes(8).toString('hex')
  await writePrivate(`${file}-new`, id)
  await rename(`${file}-new`, file)
  return id
}
