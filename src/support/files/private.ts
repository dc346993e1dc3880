import { chmod, lstat, mkdir, readdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ifCode, ifMissing } from './if-missing.ts'

const DIRECTORY = 0o700
const FILE = 0o600
/** Permissions of the group and of others, and to execute. */
const TOO_WIDE = { directory: 0o077, file: 0o177 } as const

/** Makes a directory, and those above it that are missing, for this user alone, whatever the umask is. */
export async function makePrivate(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY })
}

/** Writes a file that is new for this user alone, whatever the umask is. */
export async function writePrivate(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content, { mode: FILE })
}

/**
 * Makes a directory for this user alone, or takes the permissions of others from an existing one.
 * @returns false if they cannot be taken, because it belongs to another user
 */
export async function keepPrivate(directory: string): Promise<boolean> {
  await makePrivate(directory)
  return narrowEntry(await realpath(directory))
}

/**
 * Takes the permissions of others from all in a directory; links are left alone. No other process may work in it.
 * @returns false if they cannot be taken
 */
export async function keepContentsPrivate(directory: string): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const narrowed = await Promise.all(entries.map((entry) => narrowEntry(join(entry.parentPath, entry.name))))
  return narrowed.every((done) => done)
}

/** A file that is gone meanwhile is private. */
async function narrowEntry(path: string): Promise<boolean> {
  const found = await lstat(path).catch(ifMissing(undefined))
  if (found?.isDirectory()) return (found.mode & TOO_WIDE.directory) === 0 || narrow(path, DIRECTORY)
  if (found?.isFile()) return (found.mode & TOO_WIDE.file) === 0 || narrow(path, FILE)
  return true
}

async function narrow(path: string, mode: number): Promise<boolean> {
  return chmod(path, mode)
    .then(() => true)
    .catch(ifCode('EPERM', false))
    .catch(ifMissing(true))
}
