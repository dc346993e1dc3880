import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { ifCode, ifMissing } from '../../support/files/if-missing.ts'

const heartbeat = 1000
const stale = 10_000

/**
 * Runs `work` under a lock: a directory whose modification time the holder renews each second. Resolves to
 * false, with nothing done, if another process holds the lock; takes over a lock that was not renewed for ten
 * seconds.
 */
export async function withLock(path: string, work: () => Promise<void>): Promise<boolean> {
  if (!(await acquire(path))) return false
  const timer = setInterval(() => void renew(path), heartbeat)
  try {
    await work()
  } finally {
    clearInterval(timer)
    await rm(path, { recursive: true, force: true })
  }
  return true
}

async function acquire(path: string): Promise<boolean> {
  const age = await ageOf(path)
  if (age !== undefined && age > stale) await discard(path)
  try {
    await mkdir(path)
    return true
  } catch (error) {
    return ifCode('EEXIST', false)(error)
  }
}

async function ageOf(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(ifMissing(undefined))
  return stats && Date.now() - stats.mtimeMs
}

// Only one of several processes succeeds in renaming.
async function discard(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.${Date.now()}`
  await rename(path, aside).catch(ifMissing(undefined))
  await rm(aside, { recursive: true, force: true })
}

async function renew(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {}) // renewed again in a second
}
