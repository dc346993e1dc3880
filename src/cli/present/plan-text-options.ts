import type { Explain } from '../../stages/plan/describe/is-shown.ts'

export interface PlanTextOptions extends Explain {
  readonly colour: boolean
  /** In columns: values are cut, messages wrapped. */
  readonly width: number
  /** Also name every installation that a change is the same in. */
  readonly expand?: boolean
}
