import type { KeyObject } from 'node:crypto'
import type { TrustMaterial } from '@sigstore/verify'
import type { PublicKey } from 'openpgp'
import type { CosignRule, ProvenanceRule, SignerIdentity } from '../../../model/provenance.ts'
import { openPgpKeys } from './openpgp-keys.ts'
import { pemKeys } from './pem-keys.ts'
import type { RuleFiles } from './read-rule-files.ts'

/** Signers that a rule lists. */
export interface Trust {
  /** Keys of provenance files; absent: none is required. */
  readonly openPgp?: readonly PublicKey[]
  /** Absent: no signature of cosign is required. */
  readonly cosign?: CosignTrust
}

export type CosignTrust =
  | { readonly keys: readonly KeyObject[] }
  | { readonly identities: readonly SignerIdentity[]; readonly root: TrustMaterial }

/** Reads the keys in the files of a rule. @throws FaultError provenance-keys */
export async function trustOf({ keyrings, cosign }: ProvenanceRule, files: RuleFiles): Promise<Trust> {
  const rings = keyrings?.map((file) => openPgpKeys(contentOf(file, files), file))
  return {
    ...(rings && { openPgp: (await Promise.all(rings)).flat() }),
    ...(cosign && { cosign: await cosignTrust(cosign, files) }),
  }
}

async function cosignTrust(cosign: CosignRule, files: RuleFiles): Promise<CosignTrust> {
  if ('keys' in cosign) return { keys: cosign.keys.flatMap((file) => pemKeys(contentOf(file, files), file)) }
  const { identities, trustedRoot: file } = cosign
  const { trustedRoot } = await import('./trusted-root.ts') // loads the libraries of Sigstore
  return { identities, root: trustedRoot(contentOf(file, files), file) }
}

function contentOf(file: string, { contents }: RuleFiles): Uint8Array {
  return contents.get(file) ?? new Uint8Array()
}
