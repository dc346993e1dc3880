import { checkDigest } from '../charts/digest.ts'
import type { Descriptor } from './descriptors.ts'
import type { RegistryAddress } from './registry-address.ts'

export interface ReadOptions {
  readonly maxBytes: number
  readonly accept?: string
  /** Statuses that mean that nothing is there, besides 404. */
  readonly absent?: readonly number[]
}

/** Reads short content of one repository of a registry. */
export interface RegistryReader {
  readonly address: RegistryAddress
  /** What is at a path of the repository's API; undefined if nothing is. @throws FaultError template-unavailable */
  find(path: string, more: ReadOptions): Promise<Uint8Array | undefined>
}

/** The content that a manifest refers to. @throws FaultError template-unavailable, template-digest */
export async function readBlob(
  registry: RegistryReader,
  { digest }: Descriptor,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const bytes = await registry.find(`blobs/${digest}`, { maxBytes })
  if (bytes !== undefined) checkDigest(bytes, digest, 'its manifest')
  return bytes
}
