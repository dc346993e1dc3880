import type { Random } from '../../../helpers/random.ts'
import { DAY, HOUR, MINUTE, SECOND } from './times.ts'

/** Nights on which the clocks of some time zone are set, and hours before that. */
const CLOCKS_SET = [
  Date.UTC(2026, 2, 7, 12),
  Date.UTC(2026, 2, 28, 12),
  Date.UTC(2026, 3, 4, 0),
  Date.UTC(2026, 9, 3, 0),
  Date.UTC(2026, 9, 24, 12),
  Date.UTC(2026, 9, 31, 12),
]

/** How a run is to be. Times in ms. */
export interface Scenario {
  /** When it begins, since the epoch. */
  readonly start: number
  readonly members: number
  readonly commits: number
  /** Mean time between commits. */
  readonly interval: number
  /** Numbers of what happens while there are commits. */
  readonly flaps: number
  readonly restarts: number
  readonly jumps: number
  /** Probability that a new revision is bad. */
  readonly bad: number
  /** Probability that a move waits for a review. */
  readonly reviews: number
  /** Only releases, quick ones and for long, of a fleet in which nothing goes wrong. */
  readonly isSteady: boolean
  /** Whether the decision sees only the commits that it cannot do without. */
  readonly isSparse: boolean
  /** Events happen at multiples of this. */
  readonly grain: number
}

/** One run in so many has thousands of members. */
const LARGE = 250
/** One run in so many is steady. */
const STEADY = 25

export function randomScenario(random: Random): Scenario {
  const scenario = unsteadyScenario(random)
  if (!random.chance(1 / STEADY)) return scenario
  return {
    ...scenario,
    members: random.between(2, 9),
    commits: 150,
    interval: random.pick([MINUTE, 2 * MINUTE]),
    flaps: 0,
    restarts: 0,
    jumps: 0,
    bad: 0,
    reviews: 0,
    isSteady: true,
    grain: SECOND,
  }
}

function unsteadyScenario(random: Random): Scenario {
  const isLarge = random.chance(1 / LARGE)
  const isBusy = random.chance(0.1)
  return {
    start: random.chance(0.2)
      ? random.pick(CLOCKS_SET)
      : Date.UTC(2026, random.between(0, 11), random.between(1, 28), random.between(0, 23)),
    members: isLarge
      ? random.between(1_000, 4_000)
      : random.pick([random.between(1, 8), random.between(5, 25), random.between(10, 45)]),
    commits: isLarge ? random.between(2, 4) : isBusy ? random.between(20, 40) : random.between(1, 12),
    interval: random.pick([5 * SECOND, MINUTE, 10 * MINUTE, HOUR, 3 * HOUR]),
    flaps: random.pick([0, 0, 0, 2, 10]),
    restarts: random.pick([0, 0, 1, 3]),
    jumps: random.pick([0, 0, 0, 0, 1, 2]),
    bad: random.pick([0, 0.1, 0.3]),
    reviews: random.pick([0, 0, 0, 0.1]),
    isSteady: false,
    isSparse: random.chance(0.5),
    grain: isLarge ? 2 * MINUTE : SECOND,
  }
}

/** By how much a clock jumps, in ms. */
export function randomJump(random: Random): number {
  const size = random.pick([10 * SECOND, 10 * MINUTE, HOUR, 2 * DAY])
  return random.chance(0.5) ? size : -size
}
