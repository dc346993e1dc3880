import { isJsonObject } from '../../../model/json.ts'
import type { ChartReference } from '../../../model/template.ts'
import { sourceFault } from '../source-fault.ts'

/**
 * Checks that signed metadata is that of the chart that was asked for: a signed package of another chart, or of
 * an earlier version, proves nothing.
 * @throws FaultError bad-provenance
 */
export function checkIdentity(
  metadata: unknown,
  { name, version }: ChartReference,
  who: string,
): { readonly name: string; readonly version: string } {
  const said = isJsonObject(metadata) ? metadata : {}
  if (typeof said.name !== 'string' || typeof said.version !== 'string')
    throw sourceFault('bad-provenance', `${who} names no chart and version`)
  // Helm takes `v1.0.0` and `1.0.0` for one version.
  if (said.name !== name || said.version.replace(/^v/, '') !== version.replace(/^v/, ''))
    throw sourceFault(
      'bad-provenance',
      `${who} is for ${said.name} ${said.version}, not for ${name} ${version}`,
    )
  return { name: said.name, version: said.version }
}
