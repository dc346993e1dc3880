import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError, fault } from '../../model/fault.ts'
import { objectIn, parseJson } from '../../model/json.ts'
import { ifCode, ifMissing } from '../../support/files/if-missing.ts'
import { writePrivate } from '../../support/files/private.ts'
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'

const HEARTBEAT_MS = 10_000
/** Age of the heartbeat at which a lock from another host is stale, in milliseconds. */
const SILENT_MS = 60_000
const ATTEMPTS = 50
const PAUSE_MS = 20
/** Age at which a takeover guard is stale, in milliseconds: taking over is instant. */
const GUARD_MS = 5_000

/** A held lock on a data directory. */
export interface DataDirLock {
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Takes the file `lock` in the directory. A lock is taken over from a process that no longer runs, or from
 * another host if its heartbeat is stale.
 * @throws FaultError data-dir-locked while another process, or this one, holds it
 */
export async function lockDataDir(directory: string): Promise<DataDirLock> {
  const file = join(directory, 'lock')
  const own = `${file}-${randomUUID()}`
  const content = JSON.stringify({ ...thisProcess(), id: own })
  await writePrivate(own, content)
  try {
    await acquire(file, own, directory)
  } finally {
    await rm(own, { force: true })
  }
  return hold(file, content)
}

async function acquire(file: string, own: string, directory: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await link(own, file).then(done, ifCode('EEXIST', false))) return
    const content = await readFile(file, 'utf8').catch(ifMissing(undefined))
    if (content === undefined) continue
    const holder = parseHolder(content)
    if (holder && (await isHeld(file, holder))) throw locked(directory, holder)
    await removeStale(file, content)
  }
  throw locked(directory)
}

function hold(file: string, content: string): DataDirLock {
  const beat = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => {}) // the next beat tries again
  }, HEARTBEAT_MS).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      if ((await readFile(file, 'utf8').catch(ifMissing(''))) === content) await rm(file, { force: true })
    },
  }
}

async function isHeld(file: string, holder: ProcessIdentity): Promise<boolean> {
  if (holder.host === thisProcess().host) return isRunning(holder)
  const { mtimeMs } = await stat(file).catch(ifMissing({ mtimeMs: 0 }))
  return Date.now() - mtimeMs < SILENT_MS
}

/** Only the holder of the guard removes a lock, and only the one that it found stale. */
async function removeStale(file: string, content: string): Promise<void> {
  const guard = `${file}-takeover`
  if (!(await mkdir(guard, { mode: 0o700 }).then(done, ifCode('EEXIST', false)))) return waitFor(guard)
  try {
    if ((await readFile(file, 'utf8').catch(ifMissing(''))) === content) await rm(file, { force: true })
  } finally {
    await rmdir(guard)
  }
}

/** Another process is taking over, unless it was killed meanwhile. */
async function waitFor(guard: string): Promise<void> {
  const { mtimeMs } = await stat(guard).catch(ifMissing({ mtimeMs: Date.now() }))
  if (Date.now() - mtimeMs > GUARD_MS) await rmdir(guard).catch(ifMissing(undefined))
  await sleep(PAUSE_MS)
}

function parseHolder(content: string): ProcessIdentity | undefined {
  const { host, pid, started } = objectIn(parseJson(content))
  return Number.isInteger(pid) && Number(pid) > 0
    ? { host: String(host), pid: Number(pid), started: String(started) }
    : undefined
}

function locked(directory: string, holder?: ProcessIdentity): FaultError {
  const who = holder ? ` (process ${holder.pid} on ${holder.host})` : ''
  return new FaultError(fault('data-dir-locked', `${directory}${who}`))
}

function done(): true {
  return true
}
