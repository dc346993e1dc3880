import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Layer } from '../oci-registry/oci-registry.ts'

const STATEMENT = 'application/vnd.in-toto+json'
export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** A key made for a test, and what cosign signs by it. */
export interface CosignSigner {
  /** In PEM. */
  readonly publicKey: string
  /** A layer of the tag `sha256-….sig` (cosign, specs/SIGNATURE_SPEC.md). */
  signature(signed: SimplySigned): Layer
  /** A Sigstore bundle, as `cosign sign` writes it (cosign, specs/BUNDLE_SPEC.md). */
  bundle(digest: string, predicateType?: string): string
}

export interface SimplySigned {
  /** `sha256:…` of a manifest. */
  readonly digest: string
  readonly reference?: string
  readonly type?: string
}

export function cosignSigner(kind: 'ecdsa' | 'ed25519' | 'rsa' = 'ecdsa'): CosignSigner {
  const { publicKey, privateKey } = keyPair(kind)
  const signed = (bytes: Uint8Array) => sign(kind === 'ed25519' ? null : 'sha256', bytes, privateKey)
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    signature({ digest, reference = '', type = 'cosign container image signature' }) {
      const critical = {
        identity: { 'docker-reference': reference },
        image: { 'docker-manifest-digest': digest },
        type,
      }
      const bytes = Buffer.from(JSON.stringify({ critical, optional: null }))
      return {
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        bytes,
        annotations: { 'dev.cosignproject.cosign/signature': signed(bytes).toString('base64') },
      }
    },
    bundle(digest, predicateType) {
      const { payload, encoded } = statementOf(digest, predicateType)
      return JSON.stringify({
        mediaType: BUNDLE,
        verificationMaterial: { publicKey: { hint: 'any' } },
        dsseEnvelope: envelope(payload, signed(encoded)),
      })
    },
  }
}

/** A statement about a manifest, and the bytes that its signature is over (DSSE, "PAE"). */
export function statementOf(digest: string, predicateType = 'https://sigstore.dev/cosign/sign/v1') {
  const payload = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: digest.replace('sha256:', '') } }],
      predicateType,
      predicate: {},
    }),
  )
  const encoded = Buffer.from(`DSSEv1 ${STATEMENT.length} ${STATEMENT} ${payload.length} ${payload}`)
  return { payload, encoded }
}

export function envelope(payload: Uint8Array, signature: Uint8Array) {
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: STATEMENT,
    signatures: [{ sig: Buffer.from(signature).toString('base64') }],
  }
}

function keyPair(kind: 'ecdsa' | 'ed25519' | 'rsa'): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519')
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}
