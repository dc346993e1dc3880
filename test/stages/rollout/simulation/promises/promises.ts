import type { Promised } from '../step.ts'
import { harmsNobody } from './harms-nobody.ts'
import { keepsBudgets } from './keeps-budgets.ts'
import { leavesAsleep } from './leaves-asleep.ts'
import { passesNoGate } from './passes-no-gate.ts'
import { rejectsForGood } from './rejects-for-good.ts'
import { saysWhy } from './says-why.ts'
import { skipsNoRing } from './skips-no-ring.ts'
import { waitsForApproval } from './waits-for-approval.ts'

/** All that each decision must keep. */
export const PROMISES: readonly Promised[] = [
  keepsBudgets,
  skipsNoRing,
  waitsForApproval,
  passesNoGate,
  rejectsForGood,
  harmsNobody,
  leavesAsleep,
  saysWhy,
]
