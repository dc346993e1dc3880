import type { Rollout, Window } from '../../../../src/model/rollout.ts'
import type { Random } from '../../../helpers/random.ts'
import { HOUR, MINUTE, SECOND } from './times.ts'

/** Share of groups that have each of these. */
const WINDOWED = 0.15
const FROZEN = 0.05
const PAUSED = 0.03
const APPROVED = 0.06

/** Number of members from which they move by shares, so that a run comes to an end. */
const LARGE = 500

export interface RolloutOptions {
  /** Groups that it may follow. */
  readonly others: readonly string[]
  readonly now: number
  /** Of the whole fleet. */
  readonly members: number
  /** Nothing keeps it from going on. */
  readonly isSteady: boolean
}

/** A rollout of a group that may follow some others, at random. */
export function randomRollout(random: Random, { others, now, members, isSteady }: RolloutOptions): Rollout {
  const isLarge = members > LARGE
  const after = random
    .shuffle(others)
    .slice(0, others.length === 0 ? 0 : random.pick([0, 1, 1, 1, 2, 3]))
    .map((group) => ({ group, soak: random.pick([0, MINUTE, HOUR, HOUR, 24 * HOUR]) }))
  const rollout: Rollout = {
    maxUnavailable: random.pick([
      ...(isLarge ? [] : [{ count: 1 }, { count: 3 }]),
      { percent: 10 },
      { percent: 30 },
    ]),
    tolerate: random.pick([{ count: 0 }, { count: 0 }, { percent: 10 }, { count: 2 }]),
    pauseBetween: isLarge ? 0 : random.pick([0, 0, 0, 10 * SECOND, 2 * MINUTE]),
    paused: random.chance(PAUSED),
    after,
    windows: random.chance(WINDOWED) ? [randomWindow(random)] : [],
    ...(random.chance(FROZEN) && {
      freeze: { until: now + random.between(1, 72) * HOUR, reason: 'a fair' },
    }),
    minReady: random.pick([0, 0, 30 * SECOND]),
    timeout: 10 * MINUTE,
    onFailure: random.pick(['halt', 'halt', 'rollback', 'rollback', 'continue'] as const),
    failureBudget: random.pick([{ count: 0 }, { count: 0 }, { count: 1 }, { percent: 5 }]),
    verify: [],
    rollsAllBack: random.chance(0.3),
    needsApproval: random.chance(APPROVED),
    skip: [],
  }
  return isSteady ? steady(rollout) : rollout
}

/** The same without anything that a person has to end, and with short soaks. */
function steady({ freeze: _, ...rollout }: Rollout): Rollout {
  const after = rollout.after.map(({ group, soak }) => ({ group, soak: Math.min(soak, 4 * MINUTE) }))
  return { ...rollout, after, paused: false, pauseBetween: 0, windows: [], needsApproval: false }
}

function randomWindow(random: Random): Window {
  return {
    kind: random.pick(['allow', 'deny'] as const),
    schedule: `${random.pick([0, 30])} ${random.pick([random.between(0, 23), 2, 3])} * * *`,
    duration: random.between(1, 12) * HOUR,
    timeZone: random.pick(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']),
  }
}
