import { NOTHING } from './group-record.ts'
import type { GroupView, Inherited, MemberView } from './rollout-view.ts'
import type { Wait } from './wait.ts'
import { both, startOf, unlessHarmed, type Wish, type WishContext } from './wishes.ts'

/**
 * Where a member is to go that is hibernated, or is to be: to sleep at once, with what it inherits anyway; when it
 * wakes, to what a new member begins with.
 *
 * @param aimWait why members may not go to what their group is at
 */
export function sleeperWish(
  member: MemberView,
  group: GroupView,
  context: WishContext,
  aimWait: () => Wait | undefined,
): Wish {
  const { at, sleep, isOwnBehind } = member
  if (sleep === 'asleep' && !isOwnBehind) return undefined
  const start = startFor(member, group, context)
  const kind = sleep === 'waking' ? 'wake' : 'sleep'
  const first = kind === 'wake' ? (start ?? at) : (at ?? start)
  const wish = first && unlessHarmed(member, kind, first, context)
  if (wish && 'kind' in wish) return wish
  if (start && start !== first) return unlessHarmed(member, kind, start, context)
  return start ? wish : both(wish, blocked(member, group, aimWait))
}

/** Why it does not come to what its group is at. */
function blocked(
  { name }: MemberView,
  { name: group, rollout }: GroupView,
  aimWait: () => Wait | undefined,
): Wish {
  const wait: Wait | undefined = rollout.skip.includes(name) ? { for: 'skip', group } : aimWait()
  return wait && { wait }
}

/** What it is pinned to, or its group gives; undefined where there is nothing yet, or it is to stay where it is. */
function startFor(
  { name, pinned }: MemberView,
  group: GroupView,
  { settled }: WishContext,
): Inherited | undefined {
  if (pinned) return pinned
  const record = settled.get(group.name)?.record
  if (record === undefined || group.rollout.skip.includes(name)) return undefined
  const start = startOf(group, record)
  return start.commit === NOTHING.commit ? undefined : start
}
