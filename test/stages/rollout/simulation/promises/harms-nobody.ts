import type { Promised } from '../step.ts'
import { movedIn } from './moved.ts'

/** No member gets what must not be together. */
export const harmsNobody: Promised = (step) =>
  movedIn(step).flatMap(({ move: { member, inherited } }) => {
    const reason = step.view.harm(member, inherited)
    return reason === undefined ? [] : [`${member} goes to ${inherited.commit} although ${reason}`]
  })
