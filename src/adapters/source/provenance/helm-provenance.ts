import { FAILSAFE_SCHEMA, loadAll } from 'js-yaml'
import type { PublicKey } from 'openpgp'
import { isJsonObject } from '../../../model/json.ts'
import { sourceFault } from '../source-fault.ts'
import { checkIdentity } from './check-identity.ts'
import { clearSignedText } from './clear-signed.ts'
import type { ProvenChart } from './proven-chart.ts'

/**
 * Checks a provenance file of Helm (https://helm.sh/docs/topics/provenance/): signed text of two YAML documents,
 * the chart's metadata and the digests of files.
 * @throws FaultError bad-provenance, untrusted-signer
 */
export async function checkHelmProvenance(
  signed: Uint8Array,
  { chart, digest }: ProvenChart,
  keys: readonly PublicKey[],
): Promise<void> {
  const [metadata, sums] = documentsIn(await clearSignedText(signed, keys))
  const { name, version } = checkIdentity(metadata, chart, 'its provenance file')
  const files = isJsonObject(sums) && isJsonObject(sums.files) ? sums.files : {}
  const file = `${name}-${version}.tgz`
  const listed = Object.hasOwn(files, file) ? files[file] : undefined
  if (typeof listed !== 'string')
    throw sourceFault('bad-provenance', `its provenance file does not list ${file}`)
  if (listed !== digest)
    throw sourceFault(
      'bad-provenance',
      `its provenance file is for ${listed}, not for this package, ${digest}`,
    )
}

function documentsIn(text: string): readonly [metadata: unknown, sums: unknown] {
  const [metadata, sums, ...more] = load(text)
  if (metadata === undefined || sums === undefined || more.length > 0)
    throw sourceFault('bad-provenance', 'its provenance file does not have two documents')
  return [metadata, sums]
}

/** Scalars keep their text. */
function load(text: string): readonly unknown[] {
  try {
    return loadAll(text, null, { schema: FAILSAFE_SCHEMA })
  } catch (error) {
    throw sourceFault('bad-provenance', 'its provenance file is not valid YAML', error)
  }
}
