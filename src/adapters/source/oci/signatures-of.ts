import { checkDigest } from '../charts/digest.ts'
import { SIGNED, type SimpleSignature } from '../provenance/evidence.ts'
import { type Descriptor, descriptorsIn } from './descriptors.ts'
import { LARGEST_MANIFEST, MANIFEST } from './manifest.ts'
import { type RegistryReader, readBlob } from './registry-reader.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'
/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json'
const SIGNATURE = 'dev.cosignproject.cosign/signature'
/** https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md */
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const TYPE = 'dev.sigstore.bundle.predicateType'
/** What registries without the API answer, besides 404. */
const WITHOUT_API = [400, 405, 406]
/** Maximum sizes of a signed text and a bundle, in bytes, and number of signatures looked at. */
const MOST = { payloadBytes: 64 << 10, bundleBytes: 1 << 20, signatures: 20 }

/** The signatures in the tag `sha256-….sig`, the newest first. @throws FaultError */
export async function signaturesOf(
  registry: RegistryReader,
  image: string,
): Promise<readonly SimpleSignature[]> {
  const manifest = await registry.find(`manifests/${image.replace(':', '-')}.sig`, {
    accept: MANIFEST,
    maxBytes: LARGEST_MANIFEST,
  })
  if (manifest === undefined) return []
  const layers = descriptorsIn(manifest, 'layers').filter(
    ({ mediaType, size }) => mediaType === SIMPLE_SIGNING && size <= MOST.payloadBytes,
  )
  const found = await Promise.all(layers.slice(-MOST.signatures).map((layer) => signatureIn(registry, layer)))
  return found.flat().reverse()
}

async function signatureIn(registry: RegistryReader, layer: Descriptor): Promise<readonly SimpleSignature[]> {
  const { [SIGNATURE]: signature } = layer.annotations
  if (typeof signature !== 'string') return []
  const payload = await readBlob(registry, layer, MOST.payloadBytes)
  return payload ? [{ payload, signature }] : []
}

/**
 * The bundles that refer to a manifest, by the registry's API or, where that lists none, by the tag that stands
 * in for it (OCI distribution-spec, "Listing Referrers").
 * @throws FaultError
 */
export async function bundlesOf(registry: RegistryReader, image: string): Promise<readonly Uint8Array[]> {
  const referrers = await referrersOf(registry, image)
  const found = await Promise.all(referrers.slice(-MOST.signatures).map((each) => bundleIn(registry, each)))
  return found.flat().reverse()
}

async function referrersOf(registry: RegistryReader, image: string): Promise<readonly Descriptor[]> {
  const api = `referrers/${image}?artifactType=${encodeURIComponent(BUNDLE)}`
  for (const path of [api, `manifests/${image.replace(':', '-')}`]) {
    const index = await registry.find(path, {
      accept: INDEX,
      maxBytes: LARGEST_MANIFEST,
      absent: WITHOUT_API,
    })
    const found = index === undefined ? [] : descriptorsIn(index, 'manifests').filter(isSignature)
    if (found.length > 0) return found
  }
  return []
}

/** Statements of other types are bundles, too, such as lists of materials, which may be large. */
function isSignature({ artifactType, annotations }: Descriptor): boolean {
  return artifactType === BUNDLE && (annotations[TYPE] ?? SIGNED) === SIGNED
}

async function bundleIn(registry: RegistryReader, { digest }: Descriptor): Promise<readonly Uint8Array[]> {
  const manifest = await registry.find(`manifests/${digest}`, {
    accept: MANIFEST,
    maxBytes: LARGEST_MANIFEST,
  })
  if (manifest === undefined) return []
  checkDigest(manifest, digest, 'its index')
  const layer = descriptorsIn(manifest, 'layers').find(({ mediaType }) => mediaType === BUNDLE)
  if (layer === undefined || layer.size > MOST.bundleBytes) return []
  const bundle = await readBlob(registry, layer, MOST.bundleBytes)
  return bundle ? [bundle] : []
}
