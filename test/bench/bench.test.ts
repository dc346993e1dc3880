import test from 'ava'
import { benchmark } from './benchmark.ts'
import { rowNames } from './row-table.ts'

test('the benchmark measures every row', async (t) => {
  t.timeout(300_000)
  const measured = await benchmark({
    objects: 200,
    rounds: 1,
    samples: 3,
    idleSeconds: 2,
    openPulls: 5,
    restSeconds: 2,
    kubectlObjects: 10,
  })
  for (const name of rowNames) t.true(Number.isFinite(measured[name]), `${name}: ${measured[name]}`)
  t.is(measured['restart-writes'], 0)
})
