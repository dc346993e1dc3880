import { hash } from 'node:crypto'
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing } from '../../../support/files/if-missing.ts'
import { makePrivate } from '../../../support/files/private.ts'
import { writeWhole } from '../../../support/files/write-whole.ts'
import { digestOf } from './digest.ts'

/** Maximum size of all packages, in bytes. */
const MOST_BYTES = 512 << 20
const MOST_NOTES = 10_000

/**
 * Packages on disk, by the digest of their content: a file that was changed is not used. Several processes
 * may share the store. The packages used longest ago make room for new ones.
 */
export class PackageStore {
  readonly #packages: string
  readonly #notes: string
  readonly #mostBytes: number

  constructor(directory: string, mostBytes = MOST_BYTES) {
    this.#packages = join(directory, 'packages')
    this.#notes = join(directory, 'digests')
    this.#mostBytes = mostBytes
  }

  /** The package with this digest, `sha256:…`; undefined if it is missing or damaged. */
  async get(digest: string): Promise<Uint8Array | undefined> {
    const file = join(this.#packages, nameOf(digest))
    const bytes = await readFile(file).catch(ifMissing(undefined))
    if (bytes === undefined) return undefined
    if (digestOf(bytes) !== digest) {
      await rm(file, { force: true })
      return undefined
    }
    const now = new Date()
    await utimes(file, now, now).catch(() => {}) // on failure it is only removed earlier than necessary
    return bytes
  }

  /** Whether there is a package by this digest, damaged or not. */
  async has(digest: string): Promise<boolean> {
    return (await look(join(this.#packages, nameOf(digest)))) !== undefined
  }

  /** @throws Error if the disk refuses */
  async put(bytes: Uint8Array): Promise<void> {
    await makePrivate(this.#packages)
    await writeWhole(join(this.#packages, nameOf(digestOf(bytes))), bytes)
    await removeOldest(this.#packages, this.#mostBytes, ({ size }) => size)
  }

  /** The digest last found for a key. */
  async noted(key: string): Promise<string | undefined> {
    const text = await readFile(join(this.#notes, hash('sha256', key)), 'utf8').catch(ifMissing(''))
    return /^sha256:[0-9a-f]{64}$/.test(text) ? text : undefined
  }

  /** @throws Error if the disk refuses */
  async note(key: string, digest: string): Promise<void> {
    await makePrivate(this.#notes)
    await writeWhole(join(this.#notes, hash('sha256', key)), digest)
    await removeOldest(this.#notes, MOST_NOTES, () => 1)
  }
}

function nameOf(digest: string): string {
  return digest.slice('sha256:'.length)
}

interface StoredFile {
  readonly path: string
  readonly size: number
  readonly usedAt: number
}

/** Removes files, the one used longest ago first, until the rest weighs at most `most`. */
async function removeOldest(
  directory: string,
  most: number,
  weigh: (file: StoredFile) => number,
): Promise<void> {
  const names = await readdir(directory)
  const found = await Promise.all(names.map((name) => look(join(directory, name))))
  const files = found.filter((file) => file !== undefined).sort((a, b) => b.usedAt - a.usedAt)
  let sum = 0
  for (const file of files) {
    sum += weigh(file)
    if (sum > most) await rm(file.path, { force: true })
  }
}

async function look(path: string): Promise<StoredFile | undefined> {
  const found = await stat(path).catch(ifMissing(undefined)) // another process may have removed it
  return found && { path, size: found.size, usedAt: found.mtimeMs }
}
