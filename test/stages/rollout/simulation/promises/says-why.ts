import { describeWait } from '../../../../../src/stages/rollout/describe-wait.ts'
import type { MemberView } from '../../../../../src/stages/rollout/rollout-view.ts'
import type { Wait } from '../../../../../src/stages/rollout/wait.ts'
import type { Promised, Step } from '../step.ts'

/** Every group and every member that is not at the head is moving, or a sentence says what for it waits. */
export const saysWhy: Promised = (step) => {
  const { view, decision } = step
  const moving = new Set(decision.moves.map(({ member }) => member))
  const groups = [...view.groups.keys()].flatMap((name) => groupSays(step, name))
  const members = [...view.members.values()].flatMap((member) => {
    const { name, group } = member
    if (isAtHead(step, member) || moving.has(name)) return []
    const isUnderWay = decision.groups.get(group)?.record.moves.has(name)
    const wait = decision.waits.get(name) ?? groupWait(step, group)
    return wait || isUnderWay ? [] : [`${name} of ${group} waits without a word`]
  })
  return [...groups, ...members, ...[...decision.waits.values()].flatMap(badSentence)]
}

function groupSays(step: Step, name: string): readonly string[] {
  const wait = groupWait(step, name)
  if (wait) return badSentence(wait)
  const digest = step.decision.groups.get(name)?.record.at.digest
  return digest === headDigest(step, name) ? [] : [`${name} waits without a word`]
}

function groupWait({ decision }: Step, name: string): Wait | undefined {
  return decision.groups.get(name)?.wait
}

function badSentence(wait: Wait): readonly string[] {
  const sentence = describeWait(wait)
  return /undefined|NaN|Invalid|^;|^ /.test(sentence) ? [`says: ${sentence}`] : []
}

/** What sleeps need not be. */
function isAtHead(step: Step, { at, group, isOwnBehind, sleep }: MemberView): boolean {
  if (sleep === 'asleep' && !isOwnBehind) return true
  return at?.group === group && at.digest === headDigest(step, group) && !isOwnBehind
}

function headDigest({ view }: Step, name: string): string | undefined {
  return view.line.at(-1)?.digests.get(name)
}
