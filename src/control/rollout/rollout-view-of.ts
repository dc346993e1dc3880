import type { GroupRecord } from '../../stages/rollout/group-record.ts'
import type { GroupView, Inherited, MemberView, RolloutView } from '../../stages/rollout/rollout-view.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { Assignment } from './assignment.ts'
import type { Branch } from './branch-history.ts'
import { candidatesFor } from './candidates.ts'
import type { Harms } from './harms.ts'
import type { InheritedDigests } from './inherited-digests.ts'
import type { MembersViewOptions, MembersViews } from './members-views.ts'
import type { HeadMember } from './rollout-head.ts'

export interface RolloutViewOptions extends Omit<MembersViewOptions, 'pins'> {
  readonly views: MembersViews
  readonly branch: Branch
  /** Those of all groups, also of ones that are gone. */
  readonly records: ReadonlyMap<string, GroupRecord>
  /** What the checks of groups say; undefined for one without any. */
  readonly checks: (group: string) => Pick<GroupView, 'failedCheck' | 'checking'> | undefined
  readonly trees: CommitTrees
  readonly digests: InheritedDigests
  readonly harms: Harms
}

/**
 * Everything that decides how members move, as it is now.
 * @throws FaultError if the remote cannot tell
 */
export async function rolloutViewOf(options: RolloutViewOptions): Promise<RolloutView> {
  const { head, assignments, views, branch, records, trees, digests, now } = options
  const record = (group: string) => records.get(group)
  const { order, approved, forced } = branch
  const members = views.of({ ...options, pins: await pinsOf(options) })
  const behind = groupsBehind(members, records)
  const line = await candidatesFor({
    head,
    record,
    named: (group) => [approved.get(group), forced.get(group)].filter((commit) => commit !== undefined),
    isMoving: (group) => behind.has(group),
    order,
    trees,
    digests,
  })
  const digestsAt = new Map(line.map((candidate) => [candidate.commit, candidate.digests]))
  const harm = (name: string, inherited: Inherited): string | undefined => {
    const member = head.members.get(name)
    const assignment = assignments.get(name)
    const digest = digestsAt.get(inherited.commit)?.get(inherited.group)
    if (member === undefined || isUnchanged(member, assignment, inherited, digest)) return undefined
    const isHead = digest !== undefined && digest === digestsAt.get(head.commit)?.get(inherited.group)
    return isHead ? undefined : options.harms.of({ member, assignment, inherited })
  }
  const gone = new Map([...records].filter(([name]) => !head.groups.has(name)))
  return { now, line, order, groups: groupsView(options), gone, members, harm }
}

/** Whether a member would say and inherit what it does. */
function isUnchanged(
  { own }: HeadMember,
  assignment: Assignment | undefined,
  { commit, group }: Inherited,
  digest: string | undefined,
): boolean {
  if (assignment === undefined || assignment.own !== own || assignment.group !== group) return false
  return assignment.commit === commit || assignment.digest === digest
}

function groupsView({ head, branch, records, checks }: RolloutViewOptions): ReadonlyMap<string, GroupView> {
  const { approved, forced } = branch
  return new Map(
    [...head.groups].map(([name, group]): [string, GroupView] => {
      const [approval, force] = [approved.get(name), forced.get(name)]
      return [
        name,
        {
          ...group,
          ...checks(name),
          record: records.get(name),
          ...(approval !== undefined && { approved: approval }),
          ...(force !== undefined && { forced: force }),
        },
      ]
    }),
  )
}

/** Groups of which some member is not at what the group is at. */
function groupsBehind(
  members: ReadonlyMap<string, MemberView>,
  records: RolloutViewOptions['records'],
): ReadonlySet<string> {
  const behind = new Set<string>()
  for (const { group, at } of members.values())
    if (at !== undefined && at.digest !== records.get(group)?.at.digest) behind.add(group)
  return behind
}

/** What members are pinned to, by name. One whose commit is gone has no digest. */
async function pinsOf({
  head,
  trees,
  digests,
}: RolloutViewOptions): Promise<ReadonlyMap<string, NonNullable<MemberView['pinned']>>> {
  const names = [...head.groups.keys()]
  const pinned = [...head.members.values()].filter((member) => member.pinned !== undefined)
  const found = await Promise.all(
    pinned.map(async ({ name, group, pinned: commit = '' }) => {
      const digest = (await digests.at(commit, names, trees))?.get(group) ?? ''
      return [name, { commit, group, digest }] as const
    }),
  )
  return new Map(found)
}
