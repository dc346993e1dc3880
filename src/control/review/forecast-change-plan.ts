import { firstOf } from '../../model/first-of.ts'
import { rolloutGroups, rulingGroup } from '../../stages/declare/rollout-groups.ts'
import type { TouchedInstallation } from '../../stages/review/touched-installation.ts'
import { describeRolloutChanges } from '../../stages/rollout/describe-rollout-changes.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { forecastChange } from '../rollout/forecast-change.ts'
import type { InheritedDigests } from '../rollout/inherited-digests.ts'

/** Maximum number of installations that are named. */
const NAMED = 5

/** What a change means for rollouts, a sentence each. */
export interface RolloutOfChange {
  /** What it does to how members move. */
  readonly changes: readonly string[]
  /** When members come to what it has them inherit, at the earliest, and what comes anyway. */
  readonly forecast: readonly string[]
}

/**
 * What a change means for rollouts: undefined where neither side has any.
 * @param before the target as it is at the end of all rollouts
 * @param after the same with the change
 */
export async function forecastChangePlan(
  { before, after, touched }: RolloutFleets,
  digests: InheritedDigests,
): Promise<RolloutOfChange | undefined> {
  const [was, is] = [rolloutGroups(before.tree.groups), rolloutGroups(after.tree.groups)]
  if (was.size === 0 && is.size === 0) return undefined
  const names = [...is.keys()]
  const { tree, snapshot } = after
  const atTarget = await digests.of({ tree: before.tree, snapshot: before.snapshot }, names)
  const acted = new Map(touched.map((one) => [one.name, one]))
  const found = await forecastChange({
    head: { tree, snapshot },
    digests,
    // A new one is created at once.
    isMoving: ({ name, group }, digest) =>
      acted.get(name)?.before !== undefined && atTarget.get(group) !== digest,
    approved: new Set(),
    now: Date.now(),
  })
  const follows = (group: string, member: string) => {
    const source = tree.sources.get(member)
    return source !== undefined && rulingGroup(source) === group
  }
  const behind = touched.flatMap(({ name, behind: applied }) => (applied ? [name] : []))
  return {
    changes: [...describeRolloutChanges(was, is, follows), ...pinChanges(before, after)],
    forecast: [
      ...(found ? [`if it is merged now: ${found.says}`, ...found.groups.map(({ says }) => says)] : []),
      ...(behind.length > 0
        ? [`rollouts have yet to bring what is pending anyway to ${firstOf(behind, NAMED)}`]
        : []),
    ],
  }
}

interface RolloutFleets {
  readonly before: Fleet
  readonly after: Fleet
  readonly touched: readonly TouchedInstallation[]
}

function pinChanges(before: Fleet, after: Fleet): readonly string[] {
  const pinOf = ({ tree }: Fleet, name: string) => tree.declarations.get(name)?.declaration.pinned?.commit
  const names = [...after.tree.declarations.keys()]
  const pinned = names.filter((name) => {
    const commit = pinOf(after, name)
    return commit !== undefined && commit !== pinOf(before, name)
  })
  const freed = names.filter((name) => pinOf(after, name) === undefined && pinOf(before, name) !== undefined)
  return [
    ...(pinned.length > 0
      ? [`${firstOf(pinned, NAMED)} inherits from the commit that its document names`]
      : []),
    ...(freed.length > 0 ? [`${firstOf(freed, NAMED)} follows its group again`] : []),
  ]
}
