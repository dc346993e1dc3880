import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { atMost } from '../helpers/at-most.ts'
import type { Fault } from '../helpers/fault-proxy/faults.ts'
import { type Bed, openBed } from './bed.ts'
import { chaosRun } from './chaos-run.ts'
import type { Mixture } from './mixtures.ts'

const test = anyTest as TestFn<{ readonly bed: Bed }>

/** Always the same histories and faults, so that a failure is due to a change; another seed explores. */
const USUAL_SEED = '1'
/** Runs of each mixture: together more than 50. `npm run test:long` has four times as many. */
const ENOUGH = 4
/** Probability with which a fault happens ten times in so many runs. */
const FREQUENT = 0.01
/** More are no faster, for all of them are in one process, and each of them takes longer. */
const AT_ONCE = 6

/** A test for each of the mixtures: as many runs as REEVE_CHAOS_RUNS says, the first with REEVE_CHAOS_SEED. */
export function chaosTests(mixtures: readonly Mixture[]): void {
  const { REEVE_CHAOS_SEED = USUAL_SEED, REEVE_CHAOS_RUNS } = process.env
  const seed = Number(REEVE_CHAOS_SEED)
  const runs = REEVE_CHAOS_RUNS === undefined ? ENOUGH : Number(REEVE_CHAOS_RUNS)
  const seeds = Array.from({ length: runs }, (_, index) => seed + index)

  test.before(async (t) => {
    t.context = { bed: await openBed() }
  })

  test.after.always(({ context }) => context.bed?.[Symbol.asyncDispose]())

  const injected = new Set<string>()
  for (const mixture of mixtures)
    test.serial(`under ${mixture.title} all comes to be as Git declares`, async (t) => {
      const counts = await runAll(t, mixture, seeds)
      t.log(`${runs} runs from REEVE_CHAOS_SEED=${seed}:`, counts)
      for (const fault of Object.keys(counts)) injected.add(fault)
      t.pass()
    })

  // Fewer runs may be too few for all that is rare. What is rarer here is not so in another mixture.
  if (runs >= ENOUGH)
    test.serial('each of these faults happened', (t) => {
      const planned = mixtures.flatMap(({ plan }) => Object.entries(plan))
      t.deepEqual(
        planned.filter(([fault, probability]) => probability >= FREQUENT && !injected.has(fault)),
        [],
      )
    })
}

type Counts = Readonly<Record<string, number>>

/** Gives how often each fault was injected. @throws what the first of the seeds that fails says */
async function runAll(
  t: ExecutionContext<{ readonly bed: Bed }>,
  mixture: Mixture,
  seeds: readonly number[],
): Promise<Counts> {
  const tasks = seeds.map((seed) => () => chaosRun(t.context.bed, mixture, seed))
  const results = await atMost(AT_ONCE, tasks)
  const failed = seeds.filter((_, index) => results[index]?.status === 'rejected')
  if (failed.length > 0) t.log(`${failed.length} of ${seeds.length} runs failed. To repeat one of them:`)
  for (const seed of failed)
    t.log(`REEVE_CHAOS_SEED=${seed} REEVE_CHAOS_RUNS=1 npx ava test/chaos --match='${t.title}'`)
  return sum(results.map(fulfilled))
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function sum(all: readonly ReadonlyMap<Fault, number>[]): Counts {
  const total: Record<string, number> = {}
  for (const counts of all) for (const [fault, count] of counts) total[fault] = (total[fault] ?? 0) + count
  return total
}
