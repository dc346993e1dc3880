import { TrustedRoot } from '@sigstore/protobuf-specs'
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify'
import { parseJson } from '../../../model/json.ts'
import { sourceFault } from '../source-fault.ts'

/**
 * The certificates and keys of a Sigstore installation, as its trusted_root.json has them.
 * @throws FaultError provenance-keys if it is something else, or lacks an authority that is needed
 */
export function trustedRoot(bytes: Uint8Array, file: string): TrustMaterial {
  const root = parse(bytes, file)
  const { certificateAuthorities, tlogs, ctlogs } = root
  if (certificateAuthorities.length === 0 || tlogs.length === 0 || ctlogs.length === 0)
    throw sourceFault(
      'provenance-keys',
      `${file} needs certificate authorities, transparency logs and certificate transparency logs`,
    )
  return root
}

/** The libraries' errors have no common type: the file is none of theirs. */
function parse(bytes: Uint8Array, file: string): TrustMaterial {
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(parseJson(new TextDecoder().decode(bytes))))
  } catch (error) {
    throw sourceFault('provenance-keys', `${file} is not a trusted root of Sigstore`, error)
  }
}
