import type { Explain } from './is-shown.ts'

export interface PlanTextOptions extends Explain {
  readonly colour: boolean
  /** Columns. Values are cut to it, messages wrapped. */
  readonly width: number
}
