import type { Decrypt } from '../../model/decrypt.ts'
import type { Fault } from '../../model/fault.ts'
import { decodeFile } from './decode-file.ts'
import { unreadKustomization } from './kustomization.ts'
import { type Manifest, readManifest } from './read-manifest.ts'
import { isKustomization } from './template-files.ts'

/**
 * Reads a file with YAML or JSON documents, synchronously unless it is encrypted. Never throws.
 *
 * @param bytes undefined where the file is too large to be read
 */
export function readFile(
  file: string,
  bytes: Uint8Array | undefined,
  decrypt: Decrypt,
): Manifest | Promise<Manifest> {
  const decoded = decodeFile(file, bytes)
  if ('text' in decoded) return readManifest(decoded.text, file, decrypt)
  const found = unreadable(file, decoded.fault)
  if (!isKustomization(file) || bytes === undefined) return found
  return { ...found, kustomization: unreadKustomization(new TextDecoder().decode(bytes), file) }
}

/** A file with nothing but a fault. */
export function unreadable(file: string, found: Fault): Manifest {
  return { file, objects: [], documents: [], misfits: [], faults: [found] }
}
