import type { ChartReference } from '../../../model/template.ts'
import type { Unpacked } from '../archive/unpack-chart.ts'

/** The package of a chart, of which is to be proven who made it. */
export interface ProvenChart {
  readonly chart: ChartReference
  /** `sha256:…` of the bytes. */
  readonly digest: string
  readonly bytes: Uint8Array
  /** @throws FaultError bad-template, template-too-large */
  readonly unpack: () => Promise<Pick<Unpacked, 'files'>>
}
