import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import { sourceFault } from '../source-fault.ts'
import type { ProvenChart } from './proven-chart.ts'

/** The Chart.yaml of a package, whose scalars keep their text. @throws FaultError bad-provenance, bad-template */
export async function packagedMetadata({ unpack }: Pick<ProvenChart, 'unpack'>): Promise<unknown> {
  const { files } = await unpack()
  const text = new TextDecoder().decode(files.get('Chart.yaml'))
  try {
    return load(text, { schema: FAILSAFE_SCHEMA })
  } catch (error) {
    throw sourceFault('bad-provenance', 'the Chart.yaml of the package is not valid YAML', error)
  }
}
