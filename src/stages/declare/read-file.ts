import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { decodeText } from './decode-text.ts'
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
  maxFileBytes: number,
  decrypt: Decrypt,
): Manifest | Promise<Manifest> {
  const location = { file, line: 1 }
  if (!bytes || bytes.byteLength > maxFileBytes)
    return unreadable(file, fault('file-too-large', `more than ${maxFileBytes} bytes`, { location }))
  const decoded = decodeText(bytes)
  if ('text' in decoded) return readManifest(decoded.text, file, decrypt)
  const found = unreadable(file, fault('not-utf8', '', { location: { file, line: decoded.invalidLine } }))
  if (!isKustomization(file)) return found
  return { ...found, kustomization: unreadKustomization(new TextDecoder().decode(bytes), file) }
}

/** A file with nothing but a fault. */
export function unreadable(file: string, found: Fault): Manifest {
  return { file, objects: [], documents: [], misfits: [], faults: [found] }
}
