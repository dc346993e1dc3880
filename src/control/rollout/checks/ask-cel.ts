import { evaluateCheck } from '../../../adapters/cel/check-expression.ts'
import type { CelQuestion } from '../../../model/rollout-check.ts'
import { type Found, found } from './found.ts'
import type { CheckedMember, GroupToCheck } from './group-to-check.ts'

/** Whether the expression holds for the members as they are now. */
export function askCel(
  { expression }: CelQuestion,
  { name, commit, digest, members }: Pick<GroupToCheck, 'name' | 'commit' | 'digest' | 'members'>,
): Found {
  const all = members()
  const counts = countsOf(all)
  const answer = evaluateCheck(expression, { group: { name, commit, digest }, members: all, counts })
  if ('error' in answer) return found('none', `the expression has no result: ${answer.error}`)
  if (typeof answer.value !== 'boolean') return found('none', 'the result of the expression is no boolean')
  if (answer.value) return found('pass', 'the expression holds')
  const { healthy, progressing, failed } = counts
  const states = `${healthy} healthy, ${progressing} progressing, ${failed} failed`
  return found('fail', `the expression does not hold; of ${counts.all} members: ${states}`)
}

function countsOf(members: readonly CheckedMember[]) {
  const counts = { all: members.length, healthy: 0, progressing: 0, failed: 0 }
  for (const { state } of members) counts[state] += 1
  return counts
}
