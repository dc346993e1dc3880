import type { InstallationStatus } from '../../model/status.ts'
import type { MemberView } from '../../stages/rollout/rollout-view.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Assignment } from './assignment.ts'
import type { MemberConditions, Told } from './member-conditions.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

export interface MembersViewOptions {
  readonly head: RolloutHead
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly conditions: MemberConditions
  readonly status: (name: string) => InstallationStatus | undefined
  /** As it was made last; undefined before the first. */
  readonly fleet: Fleet | undefined
  /** What members are pinned to, by name. */
  readonly pins: ReadonlyMap<string, NonNullable<MemberView['pinned']>>
  readonly now: number
}

/** What decides how a member is seen, besides itself. */
interface Seen {
  readonly assignment: Assignment | undefined
  readonly told: Told
  readonly order: string | undefined
  readonly view: MemberView
}

/** The members of groups as they are now; each stays the same object while nothing of it changes. */
export class MembersViews {
  readonly #seen = new WeakMap<HeadMember, Seen>()

  of(options: MembersViewOptions): ReadonlyMap<string, MemberView> {
    const { head, status } = options
    const views = new Map<string, MemberView>()
    for (const member of head.members.values()) {
      const { name, group } = member
      const found = status(name)
      if (group !== '' && !isLeftOut(member, found)) views.set(name, this.#viewOf(member, found, options))
    }
    return views
  }

  #viewOf(
    member: HeadMember,
    status: InstallationStatus | undefined,
    { head, assignments, conditions, fleet, pins, now }: MembersViewOptions,
  ): MemberView {
    const { name, group, labels } = member
    const assignment = assignments.get(name)
    const { rollout } = head.groups.get(group) ?? {}
    const label = (assignment?.asleep && rollout?.wake) || rollout?.order
    const order = label === undefined ? undefined : labels[label]
    const told = conditions.of(name, status, fleet?.installations.get(name), now)
    const pinned = pins.get(name)
    if (pinned) return { ...viewOf(member, assignment, told, order), pinned }
    const seen = this.#seen.get(member)
    if (seen && seen.assignment === assignment && seen.told === told && seen.order === order) return seen.view
    const view = viewOf(member, assignment, told, order)
    this.#seen.set(member, { assignment, told, order, view })
    return view
  }
}

/** Suspended in the cluster, it does not move either. */
function isLeftOut({ isLeftOut }: HeadMember, status: InstallationStatus | undefined): boolean {
  return isLeftOut || status?.state === 'suspended'
}

function viewOf(
  { name, group, own, sleeps }: HeadMember,
  assignment: Assignment | undefined,
  told: Told,
  order: string | undefined,
): MemberView {
  return {
    name,
    group,
    ...(order !== undefined && { order }),
    ...(assignment && {
      at: { commit: assignment.commit, group: assignment.group, digest: assignment.digest },
    }),
    isOwnBehind: assignment !== undefined && assignment.own !== own,
    ...sleepOf(sleeps, assignment?.asleep === true),
    ...told,
  }
}

function sleepOf(sleeps: boolean, isAsleep: boolean): Pick<MemberView, 'sleep'> {
  if (!sleeps) return isAsleep ? { sleep: 'waking' } : {}
  return { sleep: isAsleep ? 'asleep' : 'falling' }
}
