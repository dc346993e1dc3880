import type { Location } from './fault.ts'

/** An installation moves by a second copy of its workloads, to which its Services are switched. */
export interface BlueGreen {
  /** How long the copy before stays after the switch, in ms. */
  readonly keepOldFor: number
  readonly location: Location
}
