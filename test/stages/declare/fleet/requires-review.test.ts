import test from 'ava'
import type { Group } from '../../../../src/stages/declare/fleet/groups.ts'
import { requiresReview } from '../../../../src/stages/declare/fleet/requires-review.ts'

const rows: readonly (readonly [title: string, says: readonly (boolean | undefined)[], is: boolean])[] = [
  ['no group says it', [undefined, undefined], false],
  ['the outer one says it', [true, undefined], true],
  ['the inner one says it', [undefined, true], true],
  ['the nearest says no', [true, false], false],
  ['the nearest says yes', [false, true], true],
]

for (const [title, says, is] of rows)
  test(`members of a group move only as reviewed where the nearest that says so: ${title}`, (t) => {
    // The outermost first.
    const chain = says.map((requireReviewedPlan) => ({ document: { requireReviewedPlan } }))
    t.is(requiresReview({ chain } as unknown as Group), is)
  })
