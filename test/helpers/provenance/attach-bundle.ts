import type { OciRegistry } from '../oci-registry/oci-registry.ts'
import { BUNDLE } from './cosign-signer.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'

/** A chart in a registry, and what is to be attached to it. */
export interface Target {
  readonly registry: OciRegistry
  /** Below the registry's host. */
  readonly repository: string
  readonly manifest: string
}

/** As cosign does where a registry lists no referrers. @returns the index */
export async function attachBundle(
  { registry, repository, manifest }: Target,
  bundle: string,
  tag?: string,
): Promise<string> {
  const layers = [{ mediaType: BUNDLE, bytes: Buffer.from(bundle) }]
  const digest = await registry.pushImage(repository, '', { layers, artifactType: BUNDLE })
  const manifests = [
    {
      mediaType: IMAGE,
      digest: await registry.pushImage(repository, '', { layers: [] }),
      size: 1,
      artifactType: 'other',
    },
    { mediaType: IMAGE, digest, size: bundle.length, artifactType: BUNDLE },
  ]
  const index = { schemaVersion: 2, mediaType: INDEX, manifests }
  await registry.pushManifest(repository, tag ?? manifest.replace(':', '-'), index)
  return JSON.stringify(index)
}
