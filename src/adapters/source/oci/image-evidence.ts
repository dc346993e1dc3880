import { digestOf } from '../charts/digest.ts'
import { type Evidence, MOST_PROVENANCE_BYTES, type SignedImage } from '../provenance/evidence.ts'
import { sourceFault } from '../source-fault.ts'
import { chartLayer } from './chart-layer.ts'
import { descriptorsIn } from './descriptors.ts'
import { LARGEST_MANIFEST, MANIFEST } from './manifest.ts'
import { type RegistryReader, readBlob } from './registry-reader.ts'
import { bundlesOf, signaturesOf } from './signatures-of.ts'

/** https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v380 */
const PROVENANCE = 'application/vnd.cncf.helm.chart.provenance.v1.prov'

/** What a registry has beside the package of a chart: in the manifest that its tag names, and about that. */
export function imageEvidence(registry: RegistryReader): Evidence {
  return {
    async provenanceFile(digest) {
      const manifest = await manifestOf(registry, digest)
      const layer = descriptorsIn(manifest, 'layers').find(({ mediaType }) => mediaType === PROVENANCE)
      return layer && readBlob(registry, layer, MOST_PROVENANCE_BYTES)
    },
    async image(digest): Promise<SignedImage> {
      const manifest = await manifestOf(registry, digest)
      const { tag, text } = registry.address
      const image = digestOf(manifest)
      return {
        digest: image,
        repository: text.slice(0, -tag.length - 1),
        tag,
        signatures: () => signaturesOf(registry, image),
        bundles: () => bundlesOf(registry, image),
      }
    },
  }
}

/** The manifest that the tag names now, if the package is the one in it. */
async function manifestOf(registry: RegistryReader, digest: string): Promise<Uint8Array> {
  const { tag, text } = registry.address
  const manifest = await registry.find(`manifests/${tag}`, {
    accept: MANIFEST,
    maxBytes: LARGEST_MANIFEST,
  })
  if (manifest === undefined) throw sourceFault('missing-provenance', `${text} not found, only its package`)
  const layer = chartLayer(manifest, text)
  if (layer === digest) return manifest
  throw sourceFault(
    'missing-provenance',
    `${text} has another package now, ${layer}, and nothing about ${digest}`,
  )
}
