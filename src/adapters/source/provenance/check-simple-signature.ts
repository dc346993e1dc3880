import { type KeyObject, verify } from 'node:crypto'
import { objectIn, parseJson } from '../../../model/json.ts'
import { sourceFault } from '../source-fault.ts'
import type { SignedImage, SimpleSignature } from './evidence.ts'
import { sourceAddress } from './rule-for.ts'

/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md, "Simple signing" */
const TYPE = 'cosign container image signature'

/**
 * Checks that one of the keys signed a text, and that the text is about this manifest.
 * @throws FaultError bad-provenance, untrusted-signer
 */
export function checkSimpleSignature(
  { payload, signature }: SimpleSignature,
  image: SignedImage,
  { keys }: { readonly keys: readonly KeyObject[] },
): void {
  const bytes = Buffer.from(signature, 'base64')
  if (!keys.some((key) => isSignedBy(key, payload, bytes)))
    throw sourceFault('untrusted-signer', 'no listed key made the signature of cosign')
  const critical = objectIn(objectIn(parseJson(new TextDecoder().decode(payload))).critical)
  if (critical.type !== TYPE)
    throw sourceFault('bad-provenance', 'the signature of cosign is not for an image')
  const signed = objectIn(critical.image)['docker-manifest-digest']
  if (signed !== image.digest)
    throw sourceFault('bad-provenance', `the signature of cosign is for ${signed}, not for ${image.digest}`)
  checkReference(objectIn(critical.identity)['docker-reference'], image)
}

/** As cosign does: ECDSA and RSA (PKCS #1 v1.5) over SHA-256, Ed25519 over the text itself. */
function isSignedBy(key: KeyObject, payload: Uint8Array, signature: Uint8Array): boolean {
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key, signature)
}

/** The reference is empty where the signer said none; it has a tag only where the signer gave one. */
function checkReference(reference: unknown, { repository, tag }: SignedImage): void {
  if (reference === undefined || reference === '') return
  const [, signed = '', signedTag] = /^(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(String(reference)) ?? []
  if (sourceAddress(signed) !== sourceAddress(repository) || (signedTag ?? tag) !== tag)
    throw sourceFault(
      'bad-provenance',
      `the signature of cosign is for ${reference}, not for ${repository}:${tag}`,
    )
}
