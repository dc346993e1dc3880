import type { GroupReport, Named, RolloutState } from '../../model/group-report.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Decision } from './decide.ts'
import { describeWait } from './describe-wait.ts'
import type { MemberView, RolloutView } from './rollout-view.ts'
import { isAtAim, type Settled } from './settle.ts'
import { type Wait, waitBehind } from './wait.ts'

/** Maximum number of members that a list names. */
const NAMED = 20

/** Waits of members for something of their own. */
const OWN_WAITS: ReadonlySet<Wait['for']> = new Set<Wait['for']>(['whole', 'pin', 'skip', 'rejection'])
/** Waits of all members of a group. */
const GATES: ReadonlySet<Wait['for']> = new Set<Wait['for']>(['pause', 'freeze', 'window', 'approval'])

/** How the rollouts of groups are doing, as far as anything is decided about them. */
export function groupReports(
  decision: Decision,
  { groups, members }: RolloutView,
  documentOf: (group: string) => JsonObject | undefined,
): readonly GroupReport[] {
  const awake = [...members.values()].filter(({ sleep }) => sleep === undefined)
  const byGroup = Map.groupBy(awake, ({ group }) => group)
  return [...groups.keys()].flatMap((name) => {
    const settled = decision.groups.get(name)
    if (settled === undefined) return []
    return [reportOf(name, settled, byGroup.get(name) ?? [], decision.waits, documentOf(name) ?? {})]
  })
}

function reportOf(
  name: string,
  settled: Settled,
  members: readonly MemberView[],
  waits: Decision['waits'],
  record: JsonObject,
): GroupReport {
  const { at, moves } = settled.record
  const isThere = (member: MemberView) => isAtAim(member, { name, record: settled.record })
  const told = members.flatMap((member) => {
    const wait = waits.get(member.name)
    return wait ? [{ member: member.name, wait }] : []
  })
  const wait = primaryWait(
    settled,
    told.map(({ wait }) => waitBehind(wait)),
  )
  const unwell = members.filter(({ condition, at }) => at !== undefined && condition !== 'healthy')
  const isMoving = (member: MemberView) => moves.get(member.name)?.wasUnavailable === false
  return {
    name,
    state: stateOf(
      settled,
      wait,
      members.every((member) => isThere(member) || waits.has(member.name)),
    ),
    commit: at.commit,
    digest: at.digest,
    ...(wait && { waits: describeWait(wait) }),
    members: members.length,
    moved: members.filter(isThere).length,
    moving: namesOf(unwell.filter(isMoving)),
    unavailable: namesOf(unwell.filter((member) => !isMoving(member))),
    waiting: told
      .filter((each) => OWN_WAITS.has(each.wait.for))
      .slice(0, NAMED)
      .map((each) => ({ member: each.member, for: describeWait(each.wait) })),
    record,
  }
}

/**
 * What a person wants to know first: what failed, what keeps all members, and what the group itself waits for. A group
 * of which nothing moves is not still moving: then it is what keeps its members, such as the budget of a group around.
 */
function primaryWait({ wait, isInMotion }: Settled, waits: readonly Wait[]): Wait | undefined {
  if (wait?.for === 'failure') return wait
  const gate = waits.find((each) => GATES.has(each.for))
  const other = waits.find((each) => !OWN_WAITS.has(each.for))
  const isStopped = wait?.for === 'proof' && wait.missing.length > 0 && !isInMotion
  return gate ?? (isStopped ? (other ?? wait) : (wait ?? other))
}

function stateOf(
  { failure, isInMotion }: Settled,
  wait: Wait | undefined,
  isComplete: boolean,
): RolloutState {
  if (wait === undefined) return isComplete ? 'done' : 'moving'
  if (failure !== undefined && wait.for === 'failure') return 'halted'
  if (wait.for === 'rejection') return 'halted'
  const isMembers = wait.for === 'budget' || (wait.for === 'proof' && wait.missing.length > 0)
  return wait.for === 'pace' || (isMembers && isInMotion) ? 'moving' : 'waiting'
}

function namesOf(members: readonly MemberView[]): Named {
  return { count: members.length, names: members.slice(0, NAMED).map(({ name }) => name) }
}
