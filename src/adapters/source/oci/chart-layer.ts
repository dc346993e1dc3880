import { sourceFault } from '../source-fault.ts'

/** https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v380 */
const CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

/**
 * The digest of the packaged chart in an image manifest (OCI image-spec, manifest.md).
 * @param where name of the chart, for messages
 * @throws FaultError unknown-template if it holds no chart, template-unavailable if it is not a manifest
 */
export function chartLayer(manifest: Uint8Array, where: string): string {
  const layers = layersOf(manifest, where)
  const digest = layers.find(({ mediaType }) => mediaType === CHART)?.digest
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw sourceFault('unknown-template', `${where} is not a Helm chart`)
  return digest
}

interface Layer {
  readonly mediaType?: unknown
  readonly digest?: unknown
}

function layersOf(manifest: Uint8Array, where: string): readonly Layer[] {
  try {
    const { layers = [] } = JSON.parse(new TextDecoder().decode(manifest))
    return [...layers].filter((layer) => typeof layer === 'object' && layer !== null)
  } catch {
    throw sourceFault('template-unavailable', `${where} has no readable manifest`)
  }
}
