import { hash } from 'node:crypto'
import { FaultError, fault } from '../../../model/fault.ts'
import { readBoundedFile } from '../../../support/files/read-bounded-file.ts'
import { readSignerKeys, type SignerKeys } from './signer-keys.ts'

/** Maximum size of a file of keys, in bytes. */
const MOST_BYTES = 1 << 20

/** Files of keys as they are now. */
export type SignerFiles = ReadonlyMap<string, Uint8Array>

/** @throws FaultError signature-keys */
export async function readSignerFiles(files: readonly string[]): Promise<SignerFiles> {
  const contents = new Map<string, Uint8Array>()
  for (const file of files) {
    const read = await readBoundedFile(file, MOST_BYTES)
    if (typeof read === 'string') throw badKeys(read)
    contents.set(file, read)
  }
  return contents
}

/** The same for the same files with the same contents. */
export function digestOf(files: SignerFiles): string {
  return hash('sha256', JSON.stringify([...files].map(([file, bytes]) => [file, hash('sha256', bytes)])))
}

/** The keys in files that were read. @throws FaultError signature-keys for one that has none */
export async function keysIn(files: SignerFiles, names: readonly string[]): Promise<SignerKeys> {
  const found: SignerKeys[] = []
  for (const name of names) {
    const keys = await readSignerKeys(files.get(name) ?? new Uint8Array(), name)
    if (typeof keys === 'string') throw badKeys(keys)
    found.push(keys)
  }
  return { openPgp: found.flatMap(({ openPgp }) => openPgp), ssh: found.flatMap(({ ssh }) => ssh) }
}

function badKeys(details: string): FaultError {
  return new FaultError(fault('signature-keys', details))
}
