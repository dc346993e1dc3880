import { setTimeout as sleep } from 'node:timers/promises'
import { dump } from 'js-yaml'
import type { LiveObject } from '../../src/model/object.ts'
import { type Bed, NAMESPACE, pathOf } from './bed.ts'
import type { Measured } from './row-table.ts'
import { median, quantile } from './statistics.ts'
import type { Subject } from './subject.ts'
import { watchObject } from './watched-object.ts'
import { INSTALLATION_SIZE, items } from './workload.ts'

/** Between two drifts, in milliseconds. */
const BREATH_MS = 250

/** One line of one manifest is changed and pushed; from the trigger after it until it is live. */
export async function oneLine(bed: Bed, subject: Subject, samples: number): Promise<Measured> {
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) times.push(await changeOneLine(bed, subject, sample))
  const measured = times.slice(1) // the first one warms up
  return { 'one-line': median(measured), 'one-line-p95': quantile(measured, 0.95) }
}

async function changeOneLine(bed: Bed, subject: Subject, sample: number): Promise<number> {
  const { api, work } = bed
  const { index, object, collection } = configMapOf(bed, sample)
  const mode = `changed-${sample}`
  await using live = await watchObject(api, collection, object.metadata.name)
  await work.write(pathOf(index, object.metadata.name), dump({ ...object, data: { mode } }))
  await work.commit('Change one line')
  await work.push()
  const from = subject.lines
  const start = performance.now()
  subject.signal('SIGHUP')
  const end = await live.shows((shown) => modeOf(shown) === mode)
  await subject.logged('status commit', from)
  return end - start
}

/** Somebody changes a field; from that request until a watch shows the field as Git declares it. */
export async function drift(bed: Bed, samples: number): Promise<Measured> {
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) {
    times.push(await driftOne(bed, sample))
    await sleep(BREATH_MS)
  }
  const measured = times.slice(1)
  return { drift: median(measured), 'drift-p95': quantile(measured, 0.95) }
}

async function driftOne(bed: Bed, sample: number): Promise<number> {
  const { object, collection } = configMapOf(bed, sample, 1)
  const { name } = object.metadata
  await using live = await watchObject(bed.api, collection, name)
  const drifted = live.shows((shown) => modeOf(shown) === 'drifted')
  const body = JSON.stringify({ data: { mode: 'drifted' } })
  const start = performance.now()
  await bed.api.send('PATCH', `${collection}/${name}`, body, 'application/merge-patch+json')
  await drifted
  return (await live.shows((shown) => modeOf(shown) === 'normal')) - start
}

/** The `part`th ConfigMap of some installation, another one for each sample. */
function configMapOf({ objects }: Bed, sample: number, part = 0) {
  const installation = (sample * 7 + 3) % Math.floor(objects / INSTALLATION_SIZE)
  const index = installation * INSTALLATION_SIZE + part
  const item = items(NAMESPACE, objects, '1.1.0')[index]
  if (item === undefined) throw new RangeError(`there is no object ${index}`)
  return { ...item, index }
}

function modeOf(object: LiveObject): unknown {
  return (object.data as { readonly mode?: unknown } | undefined)?.mode
}
