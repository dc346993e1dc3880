import { isDeepStrictEqual } from 'node:util'
import { firstOf } from '../../model/first-of.ts'
import type { Rollout } from '../../model/rollout.ts'
import { timeText } from './time-text.ts'

/** Maximum number of names in a sentence. */
const NAMED = 5
/** Fields that are told in words of their own. */
const TOLD: ReadonlySet<string> = new Set(['paused', 'freeze', 'skip'] satisfies (keyof Rollout)[])

type Rollouts = ReadonlyMap<string, { readonly rollout: Rollout }>

/** Whether a member follows the rollout of a group. */
type Follows = (group: string, member: string) => boolean

/** What a change does to how groups move their members, a sentence each. */
export function describeRolloutChanges(
  before: Rollouts,
  after: Rollouts,
  follows: Follows,
): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].toSorted().flatMap((name) => {
    const [was, is] = [before.get(name)?.rollout, after.get(name)?.rollout]
    if (is === undefined) return [`${name} has no rollout any more: its members come to the head at once`]
    if (was === undefined)
      return [`${name} moves what its members inherit by a rollout`, ...strangersOf(name, is.skip, follows)]
    return isDeepStrictEqual(was, is) ? [] : changesOf(name, { was, is, follows })
  })
}

interface Changed {
  readonly was: Rollout
  readonly is: Rollout
  readonly follows: Follows
}

function changesOf(name: string, { was, is, follows }: Changed): readonly string[] {
  const added = is.skip.filter((member) => !was.skip.includes(member))
  const removed = was.skip.filter((member) => !is.skip.includes(member))
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])] as (keyof Rollout)[]
  const others = keys.filter((key) => !TOLD.has(key) && !isDeepStrictEqual(was[key], is[key]))
  return [
    ...(was.paused === is.paused ? [] : [is.paused ? `${name} is paused` : `${name} is no longer paused`]),
    ...freezeOf(name, was, is),
    ...(added.length > 0 ? [`${name} skips ${firstOf(added, NAMED)}`] : []),
    ...strangersOf(name, added, follows),
    ...(removed.length > 0 ? [`${name} no longer skips ${firstOf(removed, NAMED)}`] : []),
    ...(others.length > 0 ? [`${name} moves its members otherwise: ${others.toSorted().join(', ')}`] : []),
  ]
}

/** Members that are skipped and are none, such as misspelt ones. */
function strangersOf(group: string, skipped: readonly string[], follows: Follows): readonly string[] {
  const strangers = skipped.filter((member) => !follows(group, member))
  if (strangers.length === 0) return []
  return [`no member that follows ${group} has the name that it skips: ${firstOf(strangers, NAMED)}`]
}

function freezeOf(name: string, was: Rollout, is: Rollout): readonly string[] {
  if (isDeepStrictEqual(was.freeze, is.freeze)) return []
  if (is.freeze === undefined) return [`${name} is no longer frozen`]
  return [`${name} is frozen until ${timeText(is.freeze.until)}: ${is.freeze.reason}`]
}
