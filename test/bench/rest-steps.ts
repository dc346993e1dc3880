import { setTimeout as sleep } from 'node:timers/promises'
import { objectWrites } from '../helpers/object-writes.ts'
import type { Bed } from './bed.ts'
import type { Measured } from './row-table.ts'
import { median } from './statistics.ts'
import type { Subject } from './subject.ts'

/** User agent of Reeve's requests. */
const USER_AGENT = 'reeve'
/** So long after a restart nothing may have been written. */
const AFTERMATH_MS = 2_000

/** Brings everything in, so that nothing is left to be done, not even a status commit or collecting garbage. */
export async function settle(bed: Bed, seconds: number): Promise<Subject> {
  const subject = bed.run()
  await subject.logged('in sync')
  await subject.logged('status commit')
  await sleep(seconds * 1000)
  return subject
}

/** Nothing changes for a while; polling goes on as by default. */
export async function idle({ controlPlane }: Bed, subject: Subject, seconds: number): Promise<Measured> {
  const since = new Date()
  const cpu = await subject.cpuSeconds()
  await sleep(seconds * 1000)
  const used = (await subject.cpuSeconds()) - cpu
  const requests = await controlPlane.requests({ userAgent: USER_AGENT, since })
  const counted = requests.filter(({ verb }) => verb !== 'watch')
  const { now } = await subject.memory()
  return { 'idle-requests': counted.length, 'idle-cpu': (100 * used) / seconds, 'memory-idle': now }
}

/** Reeve ends in order and starts again with its data directory. */
export async function restart(bed: Bed, samples: number): Promise<Measured> {
  const times: number[] = []
  const since = new Date()
  for (let sample = 0; sample < samples; sample++) {
    await using subject = bed.run()
    const { at } = await subject.logged('in sync')
    times.push((at - subject.startedAt) / 1000)
    await sleep(AFTERMATH_MS)
    await subject.stop()
  }
  const writes = await objectWrites(bed.controlPlane, { since })
  return { restart: median(times), 'restart-writes': writes.length }
}
