import type { KeyObject } from 'node:crypto'
import { type Bundle, bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { type Signer, type TrustMaterial, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { errorMessage } from '../../../model/error-message.ts'
import { isJsonArray, isJsonObject, objectIn, parseJson } from '../../../model/json.ts'
import type { SignerIdentity } from '../../../model/provenance.ts'
import { sourceFault } from '../source-fault.ts'
import { SIGNED, type SignedImage } from './evidence.ts'
import type { CosignTrust } from './trust-of.ts'

const STATEMENT = 'application/vnd.in-toto+json'

/**
 * Checks that a Sigstore bundle is by a listed signer, and that its statement is about this manifest.
 * @throws FaultError bad-provenance, untrusted-signer
 */
export function checkBundle(text: Uint8Array, image: SignedImage, trust: CosignTrust): void {
  const bundle = readBundle(text)
  if ('keys' in trust) checkKeys(bundle, trust.keys)
  else checkIdentities(bundle, trust)
  checkStatement(bundle, image)
}

function readBundle(text: Uint8Array): Bundle {
  try {
    return bundleFromJSON(parseJson(new TextDecoder().decode(text)))
  } catch (error) {
    throw doesNotHold(error)
  }
}

/** The time of the signature does not matter: a key has no limits in time. */
function checkKeys(bundle: Bundle, keys: readonly KeyObject[]): void {
  const thresholds = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 }
  const entityOf = () => ({ ...toSignedEntity(bundle), timestamps: [], tlogEntries: [] })
  const isSigned = keys.some((publicKey) => {
    const trust = toTrustMaterial(TrustedRoot.fromJSON({}), () => ({ publicKey, validFor: () => true }))
    return holds(() => new Verifier(trust, thresholds).verify(entityOf()))
  })
  if (!isSigned) throw sourceFault('untrusted-signer', 'no listed key made the Sigstore bundle')
}

function checkIdentities(
  bundle: Bundle,
  { identities, root }: { readonly identities: readonly SignerIdentity[]; readonly root: TrustMaterial },
): void {
  const { subjectAlternativeName: subject, extensions } = signerOf(bundle, root)
  const issuer = extensions?.issuer
  if (!identities.some((each) => each.issuer === issuer && each.subject === subject))
    throw sourceFault('untrusted-signer', `${subject}, of ${issuer}`)
}

/** Who signed, by a certificate that was valid at a time that a transparency log vouches for. */
function signerOf(bundle: Bundle, trust: TrustMaterial): NonNullable<Signer['identity']> {
  try {
    return new Verifier(trust).verify(toSignedEntity(bundle)).identity ?? {}
  } catch (error) {
    throw doesNotHold(error)
  }
}

function checkStatement({ content }: Bundle, image: SignedImage): void {
  if (content.$case !== 'dsseEnvelope' || content.dsseEnvelope.payloadType !== STATEMENT)
    throw sourceFault('bad-provenance', 'the Sigstore bundle has no statement about an image')
  const { predicateType, subject } = objectIn(parseJson(content.dsseEnvelope.payload.toString('utf8')))
  if (predicateType !== SIGNED)
    throw sourceFault('bad-provenance', `the Sigstore bundle is a statement of the type ${predicateType}`)
  const signed = (isJsonArray(subject) ? subject : [])
    .filter(isJsonObject)
    .map(({ digest }) => `sha256:${objectIn(digest).sha256}`)
  if (!signed.includes(image.digest))
    throw sourceFault(
      'bad-provenance',
      `the Sigstore bundle is for ${signed.join(', ')}, not for ${image.digest}`,
    )
}

function holds(verify: () => unknown): boolean {
  try {
    verify()
    return true
  } catch {
    return false // for the same reasons as in doesNotHold
  }
}

/** The libraries' parsers throw errors of many types: whichever it is, the bundle proves nothing. */
function doesNotHold(error: unknown) {
  const words = errorMessage(error)
  return sourceFault('bad-provenance', `the Sigstore bundle: ${words}`, error)
}
