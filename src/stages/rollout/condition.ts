import type { GroupRecord } from './group-record.ts'
import type { GroupView, MemberView } from './rollout-view.ts'

/** How a member is doing: `new` has nothing applied yet, `held` comes neither to be well nor to fail by itself. */
export type Condition = 'well' | 'moving' | 'held' | 'failed' | 'new'

/** How a member is doing, and when that changes by itself. */
export interface Judged {
  readonly condition: Condition
  /** In ms since the epoch. */
  readonly until?: number
}

/** Judges a member: it is well once it has been healthy for long enough, and has failed when a move takes too long. */
export function judge(
  { name, at, condition, since: noted, freeSince }: MemberView,
  { rollout }: Pick<GroupView, 'rollout'>,
  record: Pick<GroupRecord, 'moves'> | undefined,
  now: number,
): Judged {
  if (at === undefined) return { condition: 'new' }
  if (condition === 'failed' || condition === 'held') return { condition }
  const move = record?.moves.get(name)
  const since = noted > now ? (move?.at ?? now) : noted
  if (condition === 'healthy') {
    const ready = Math.max(since, move?.at ?? 0) + (move === undefined ? 0 : rollout.minReady)
    return now >= ready ? { condition: 'well' } : { condition: 'moving', until: ready }
  }
  const free = freeSince === undefined || freeSince > now ? 0 : freeSince
  const late = Math.max(move?.at ?? since, free) + rollout.timeout
  return now >= late ? { condition: 'failed' } : { condition: 'moving', until: late }
}
