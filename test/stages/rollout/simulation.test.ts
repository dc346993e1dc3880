/**
 * Fleets at random on a virtual clock, each from a seed. What they do, and what they must never do, is in simulation/.
 *
 * - `REEVE_ROLLOUT_SEED=17 npx ava test/stages/rollout/simulation.test.ts` runs one of them and prints each step.
 * - `REEVE_ROLLOUT_RUNS=20000 npx ava …` runs more of them; with a seed, from that on, and without the steps.
 */
import { setImmediate as others } from 'node:timers/promises'
import test from 'ava'
import { type Outcome, simulate } from './simulation/simulation.ts'
import { stepLines } from './simulation/step-lines.ts'

/** Enough for each kind of move and of wait; each test has so many. */
const PART = 500

const { REEVE_ROLLOUT_SEED, REEVE_ROLLOUT_RUNS } = process.env
const first = Number(REEVE_ROLLOUT_SEED ?? 0)
const runs = Number(REEVE_ROLLOUT_RUNS ?? (REEVE_ROLLOUT_SEED === undefined ? PART : 1))

if (runs === 1)
  test('a fleet keeps all promises', (t) => {
    const { broken } = simulate(`${first}`, (step) => t.log(stepLines(step).join('\n')))
    t.deepEqual(broken, [])
  })
else
  for (let from = first; from < first + runs; from += PART) {
    const size = Math.min(PART, first + runs - from)
    test.serial(
      `fleets keep all promises, and end at the head or with a reason: ${size} from seed ${from}`,
      async (t) => {
        const broken: string[] = []
        const outcomes: Outcome[] = []
        for (let seed = from; seed < from + size; seed += 1) {
          const outcome = simulate(`${seed}`)
          outcomes.push(outcome)
          const [what] = outcome.broken
          if (what !== undefined) broken.push(`REEVE_ROLLOUT_SEED=${seed}: ${what}`)
          await others() // so that what is done is told
        }
        t.deepEqual(broken, [])
        t.log(summaryOf(outcomes))
        if (size < PART) return
        t.true(outcomes.some(({ members }) => members >= 1_000))
        const kinds = new Set(outcomes.flatMap((outcome) => [...outcome.kinds]))
        t.deepEqual(
          ALL_KINDS.filter((kind) => !kinds.has(kind)),
          [],
          'each kind of move and of wait comes up',
        )
      },
    )
  }

const ALL_KINDS = [
  ...['inherited', 'own', 'back', 'new', 'wake', 'sleep'],
  ...['pause', 'freeze', 'window', 'pace', 'budget', 'rings', 'approval', 'failure', 'rejection', 'whole'],
  ...['pin', 'skip'],
]

function summaryOf(outcomes: readonly Outcome[]): string {
  const sum = (numberOf: (outcome: Outcome) => number) =>
    outcomes.reduce((all, each) => all + numberOf(each), 0)
  const ends = Map.groupBy(
    outcomes.flatMap((outcome) => outcome.ends),
    (end) => end,
  )
  return [
    `${sum(({ members }) => members)} installations, ${sum(({ commits }) => commits)} commits`,
    `${sum(({ decisions }) => decisions)} decisions, ${sum(({ moves }) => moves)} moves`,
    `groups at the end: ${[...ends].map(([end, all]) => `${end} ${all.length}`).join(', ')}`,
  ].join('; ')
}
