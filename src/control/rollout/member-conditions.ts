import type { FaultCode } from '../../model/fault-table.ts'
import type { Installation } from '../../model/installation.ts'
import { isLeftAlone } from '../../model/is-left-alone.ts'
import { isUnderWay } from '../../model/is-under-way.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { MemberView } from '../../stages/rollout/rollout-view.ts'

/** How a member is doing; the same object while that does not change. */
export type Told = Pick<MemberView, 'condition' | 'since' | 'freeSince'>

/** How members are doing, and since when this process knows. */
export class MemberConditions {
  readonly #known = new Map<string, Told>()

  /**
   * @param status undefined where it is not known
   * @param target as it is to be; undefined for one that is not applied
   * @param now ms since the epoch
   */
  of(
    name: string,
    status: InstallationStatus | undefined,
    target: Installation | undefined,
    now: number,
  ): Told {
    const known = this.#known.get(name)
    const condition =
      conditionOf(status, target) ?? known?.condition ?? (isRunning(status, target) ? 'held' : 'progressing')
    if (known?.condition === condition) return known
    // What became of a move while nobody looked, or was waited for, is not held against it.
    const freeSince = known === undefined || known.condition === 'held' ? now : known.freeSince
    const told = { condition, since: now, ...(freeSince !== undefined && { freeSince }) }
    this.#known.set(name, told)
    return told
  }

  /** A move began: nothing of before counts. */
  noteMove(name: string, now: number): void {
    this.#known.set(name, { condition: 'progressing', since: now })
  }

  /** Nothing could be decided until now: no move is late for that. */
  noteOutage(now: number): void {
    for (const [name, told] of this.#known) this.#known.set(name, { ...told, freeSince: now })
  }

  keep(names: ReadonlyMap<string, unknown>): void {
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name)
  }
}

/** Faults that say nothing of what a member was brought to: people have yet to review it. */
const AWAITED: ReadonlySet<string> = new Set<FaultCode>(['not-reviewed', 'review-not-merged'])

/** Faults that say nothing of it either: what it is made from, or the API server, is away. */
const AWAY: ReadonlySet<string> = new Set<FaultCode>([
  'unavailable',
  'api-tls',
  'unauthenticated',
  'render-unavailable',
  'still-rendering',
  'template-unavailable',
  'git-unreachable',
  'git-tls',
])

/** Faults of members that stay as they are, as what they are to be is not known. */
const UNKNOWN: ReadonlySet<string> = new Set<FaultCode>(['rollout-commit-gone', 'rollout-unknown'])

/** Problems with which a member has not failed. */
const HARMLESS: ReadonlySet<string> = new Set(['waiting', 'progressing', 'deleting', 'rollout-waits'])

/** Only a status of what it is to be tells anything; undefined where nothing does. */
function conditionOf(
  status: InstallationStatus | undefined,
  target: Installation | undefined,
): MemberView['condition'] | undefined {
  if (target !== undefined && target.faults.length > 0) return faultyCondition(status, target)
  if (status === undefined || status.source !== target?.source) return 'progressing'
  if (status.problems.some(({ code }) => AWAITED.has(code))) return 'held'
  // It is still at what it was brought to before.
  if (status.problems.some(isUnderWay)) return 'progressing'
  if (status.applied !== undefined) return 'failed'
  switch (status.state) {
    case 'healthy':
    case 'hibernated':
      return 'healthy'
    case 'failed':
    case 'invalid':
      return isAway(status.problems) ? undefined : 'failed'
    case 'degraded':
      return 'failed'
    default:
      return isOnlyWaiting(status) ? 'healthy' : 'progressing'
  }
}

function faultyCondition(
  status: InstallationStatus | undefined,
  target: Installation,
): MemberView['condition'] | undefined {
  const { faults } = target
  if (faults.some(({ code }) => UNKNOWN.has(code))) return isRunning(status, target) ? 'held' : undefined
  return isAway(faults) ? undefined : 'failed'
}

/** Whether all that is applied of it is well, whatever it is to be. */
function isRunning(status: InstallationStatus | undefined, target: Installation | undefined): boolean {
  if (status === undefined || status.source !== target?.source) return false
  return status.objects.healthy === status.objects.declared
}

function isAway(problems: readonly { readonly code: string }[]): boolean {
  return (
    problems.some(({ code }) => AWAY.has(code)) &&
    problems.every((each) => AWAY.has(each.code) || HARMLESS.has(each.code) || isLeftAlone(each))
  )
}

/** It is well, and only waits to be brought to what it says itself. */
function isOnlyWaiting({ state, problems }: InstallationStatus): boolean {
  return state === 'waiting' && problems.length > 0 && problems.every(({ code }) => code === 'rollout-waits')
}
