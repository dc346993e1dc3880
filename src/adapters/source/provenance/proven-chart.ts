import type { ChartReference } from '../../../model/template.ts'
import type { Unpacked } from '../archive/unpack-chart.ts'

/** The package of a chart, of which is to be proven who made it. */
export interface ProvenChart {
  readonly chart: ChartReference
  /** `sha256:…` of its bytes. */
  readonly digest: string
  /** @throws FaultError bad-template, template-too-large */
  readonly unpack: () => Promise<Pick<Unpacked, 'files'>>
}
