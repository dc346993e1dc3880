import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ComposedFleet } from '../control/rollout/composed-fleet.ts'
import { startFleet } from '../helpers/fleet.ts'
import type { Bed } from './bed.ts'
import { createNamespace } from './raw.ts'
import {
  GROUPS,
  ROLLOUT_NAMESPACE,
  type RolloutFleetOptions,
  rolloutFile,
  rolloutFleet,
  rolloutGroup,
  rolloutGroupFile,
  rolloutInstallation,
  rolloutName,
} from './rollout-fleet.ts'
import type { Measured } from './row-table.ts'
import { median } from './statistics.ts'
import { watchObject } from './watched-object.ts'

/** So many installations with rollouts are applied at most. */
const MOST = 1_000
const COLLECTION = `/api/v1/namespaces/${ROLLOUT_NAMESPACE}/configmaps`
/** User agent of Reeve's requests. */
const USER_AGENT = 'reeve'
const MIB = 2 ** 20
/** So long after the last status commit nothing is left to be done. */
const AFTERMATH_MS = 5_000

/** What deciding costs with so many installations, without a cluster. */
export async function decisions(installations: number, samples: number): Promise<Measured> {
  const without = await changeGroups({ installations, hasRollouts: false }, samples)
  const { times, heap } = await changeGroups({ installations, hasRollouts: true }, samples)
  // the first one warms up
  return { 'rollout-decision': median(times.slice(1)), 'rollout-memory': (heap - without.heap) / MIB }
}

/** One group after the other changes; those of the first ring take it at once, a few members at a time. */
async function changeGroups(options: RolloutFleetOptions, samples: number) {
  const { hasRollouts } = options
  await using fleet = new ComposedFleet()
  await fleet.push(rolloutFleet(options))
  fleet.all('healthy')
  if (hasRollouts) await fleet.decide()
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) {
    const group = sample % GROUPS
    await fleet.push({ [rolloutGroupFile(group)]: rolloutGroup(group, `1.${sample}`, hasRollouts) })
    if (hasRollouts) times.push(await fleet.decide())
  }
  return { times, heap: heapUsed() }
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

/** One installation of a fleet with rollouts changes itself; then nothing happens for a while. */
export async function rolloutSteps(bed: Bed, samples: number, idleSeconds: number): Promise<Measured> {
  const installations = Math.min(MOST, bed.objects)
  await createNamespace(bed.api, ROLLOUT_NAMESPACE)
  await using fleet = await startFleet(bed.controlPlane, { name: 'rollouts' })
  await fleet.push(rolloutFleet({ installations, hasRollouts: true }))
  await using reeve = fleet.run('--interval', '1h')
  await reeve.logged('in sync', undefined, 600_000)
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) {
    const color = `color-${sample}`
    await using live = await watchObject(bed.api, COLLECTION, rolloutName(sample))
    const commit = await fleet.push({ [rolloutFile(sample)]: rolloutInstallation(sample, color) })
    const start = performance.now()
    reeve.signal('SIGHUP')
    const end = await live.shows(({ data }) => (data as { readonly color?: string }).color === color)
    times.push(end - start)
    await reeve.logged('in sync', (line) => line.commit === commit)
  }
  await sleep(AFTERMATH_MS + (idleSeconds / 2) * 1000)
  const since = new Date()
  await sleep(idleSeconds * 1000)
  const requests = await bed.controlPlane.requests({ userAgent: USER_AGENT, since })
  const counted = requests.filter(({ verb }) => verb !== 'watch')
  // the first one warms up
  return { 'rollout-one': median(times.slice(1)), 'rollout-idle': counted.length }
}
