import type { ChartName, ChartReference } from '../../../model/template.ts'
import { isLoopback } from '../network/safe-url.ts'
import { sourceFault } from '../source-fault.ts'

/** Address of a version of a chart in an OCI registry. */
export interface RegistryAddress {
  /** URL of the repository in the registry's API: `https://ghcr.io/v2/team/charts/chat`. */
  readonly api: string
  readonly tag: string
  /** For messages: `ghcr.io/team/charts/chat:1.0.0`. */
  readonly text: string
}

/** The grammar of OCI distribution-spec, "Pulling manifests". */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/**
 * `oci://registry/path`, with the chart's name below it and its version as tag, in which `_` stands for `+`,
 * as in Helm; without a version, the tag that OCI has by default. Registries on this machine are accessed over HTTP, all others over HTTPS.
 * @throws FaultError unknown-template if a registry can't have such a chart
 */
export function registryAddress({
  repository,
  name,
  version = 'latest',
}: ChartName & Partial<ChartReference>): RegistryAddress {
  const url = URL.parse(repository.replace(/^oci:/, 'https:'))
  const path = `${url?.pathname.replace(/\/+$/, '') ?? ''}/${name}`.replace(/^\/+/, '')
  const tag = version.replaceAll('+', '_')
  if (url === null || !NAME.test(path) || !TAG.test(tag))
    throw sourceFault(
      'unknown-template',
      `${repository} cannot have ${name} ${version}: not a valid name in a registry`,
    )
  const host = url.host === 'docker.io' ? 'registry-1.docker.io' : url.host
  const plain = new URL(isLoopback(url) ? repository.replace(/^oci:/, 'http:') : url.href)
  const origin = url.host === 'docker.io' ? `https://${host}` : plain.origin
  return { api: `${origin}/v2/${path}`, tag, text: `${url.host}/${path}:${tag}` }
}
