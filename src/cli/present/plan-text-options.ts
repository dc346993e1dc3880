import type { Explain } from './is-shown.ts'

export interface PlanTextOptions extends Explain {
  readonly colour: boolean
  /** In columns: values are cut, messages wrapped. */
  readonly width: number
}
