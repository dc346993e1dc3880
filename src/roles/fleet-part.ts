import type { FleetDeclarer } from '../control/fleet/fleet-declarer.ts'
import type { Renderers } from '../control/fleet/renderers.ts'
import type { Part } from './part.ts'

/** Makes installations from commits. */
export interface FleetPart extends Part {
  readonly declarer: FleetDeclarer
  readonly renderers: Renderers
}
