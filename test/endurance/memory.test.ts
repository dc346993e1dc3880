import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import test from 'ava'
import { startControlPlane } from '../../src/sandbox/control-plane.ts'
import { startFleet } from '../helpers/fleet.ts'
import { kubectl } from '../helpers/live.ts'
import { type ReeveProcess, startReeve } from '../helpers/reeve.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { until } from '../helpers/until.ts'
import { Churn, ROUNDS_A_TURN } from './churn.ts'
import { bytesIn, type Census, growth, heapCensus, nativeBytesIn } from './heap-census.ts'

/** So many rounds of work are done, a third of them before the first look. More by this variable. */
const rounds = Number(process.env.REEVE_ROUNDS ?? 1_000)
/**
 * What may be alive at the end that was not at first, in bytes: what is kept up to a number, such as the
 * deletions that a late answer may not undo and the packs until they are made one. 270,000 were measured, and
 * 310,000 after four times as many rounds. A name that each of many rounds leaves behind is more.
 */
const MOST_BYTES = 500_000
const MOST_BYTES_A_ROUND = 50
/** For less long the controller keeps which fields were put back; it drops them when it puts back the next. */
const KEPT_MS = 61_000
/** Outside the heap: connections, and the indexes of packs, which are made one when they are fifty. */
const MOST_NATIVE_BYTES = 3_000_000

test('memory stays flat over many rounds of commits and drifts', async (t) => {
  t.timeout(60_000 + 600 * rounds)
  // Of its own: those of the pool note all requests, which are very many here.
  await using controlPlane = await startControlPlane()
  await kubectl(controlPlane, 'create', 'namespace', 'churn')
  await using fleet = await startFleet(controlPlane, { name: 'churn' })
  await fleet.push({}, 'Nothing yet')
  await using churn = new Churn(controlPlane, fleet, 'churn')
  const directory = await temporaryDirectory(t)
  const env = { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${directory}` }
  const args = ['run', ...fleet.options, '--interval', '10m', '--listen', 'none']
  await using reeve = startReeve(args, { ...env, NODE_V8_COVERAGE: '' })
  await reeve.logged('new commit') // from here on it listens to SIGHUP
  const turns = Math.ceil(rounds / ROUNDS_A_TURN)
  const warmUp = Math.ceil(turns / 3)
  for (let turn = 1; turn <= warmUp; turn++) await churn.turn(reeve)
  const before = await census(reeve, churn, directory)
  for (let turn = warmUp + 1; turn <= turns; turn++) await churn.turn(reeve)
  const after = await census(reeve, churn, directory)
  const measured = (turns - warmUp) * ROUNDS_A_TURN
  const grown = bytesIn(after) - bytesIn(before)
  const native = nativeBytesIn(after) - nativeBytesIn(before)
  t.log(`${grown} bytes more, and ${native} outside the heap, after ${measured} rounds`)
  t.true(grown < MOST_BYTES + MOST_BYTES_A_ROUND * measured, growth(before, after))
  t.true(native < MOST_NATIVE_BYTES, growth(before, after))
})

/** What is alive when nothing is left to be recorded, and what is kept for a time is forgotten. */
async function census(
  reeve: ReeveProcess,
  churn: Churn,
  directory: string,
): Promise<ReadonlyMap<string, Census>> {
  await setTimeout(KEPT_MS)
  await churn.turn(reeve)
  await quiet(reeve)
  reeve.signal('SIGUSR2')
  return until('a heap snapshot', async () => {
    const [name] = (await readdir(directory)).filter((file) => file.endsWith('.heapsnapshot'))
    if (name === undefined) return undefined
    const file = join(directory, name)
    const read = await heapCensus(file).catch(() => undefined) // while it is still being written
    if (read !== undefined) await rm(file)
    return read
  })
}

/** A status commit comes a second after the last change, or five where changes do not end. */
async function quiet({ log }: ReeveProcess): Promise<void> {
  let lines = -1
  let since = Date.now()
  await until('a quiet log', () => {
    if (log.length !== lines) since = Date.now()
    lines = log.length
    return Date.now() - since > 3_000
  })
}
