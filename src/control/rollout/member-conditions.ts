import type { Installation } from '../../model/installation.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { MemberView } from '../../stages/rollout/rollout-view.ts'

/** How a member is doing; the same object while that does not change. */
export type Told = Pick<MemberView, 'condition' | 'since'>

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
    const condition = conditionOf(status, target)
    const known = this.#known.get(name)
    if (known?.condition === condition) return known
    const told = { condition, since: now }
    this.#known.set(name, told)
    return told
  }

  /** A move began: nothing of before counts. */
  noteMove(name: string, now: number): void {
    this.#known.set(name, { condition: 'progressing', since: now })
  }

  keep(names: ReadonlyMap<string, unknown>): void {
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name)
  }
}

/** Problems that say nothing of what a member was brought to: people have yet to review it. */
const AWAITED: ReadonlySet<string> = new Set(['not-reviewed', 'review-not-merged'])

/** Only a status of what it is to be tells anything. */
function conditionOf(
  status: InstallationStatus | undefined,
  target: Installation | undefined,
): MemberView['condition'] {
  if (target !== undefined && target.faults.length > 0) return 'failed'
  if (status === undefined || status.source !== target?.source) return 'progressing'
  if (status.problems.some(({ code }) => AWAITED.has(code))) return 'progressing'
  if (status.applied !== undefined) return 'failed'
  switch (status.state) {
    case 'healthy':
      return 'healthy'
    case 'failed':
    case 'invalid':
    case 'degraded':
      return 'failed'
    default:
      return isOnlyWaiting(status) ? 'healthy' : 'progressing'
  }
}

/** It is well, and only waits to be brought to what it says itself. */
function isOnlyWaiting({ state, problems }: InstallationStatus): boolean {
  return state === 'waiting' && problems.length > 0 && problems.every(({ code }) => code === 'rollout-waits')
}
