import { Keyring } from '../../src/control/fleet/keyring.ts'
import { Renderers } from '../../src/control/fleet/renderers.ts'
import { declareFiles } from '../helpers/declare-files.ts'
import { startFleet } from '../helpers/fleet.ts'
import type { Bed } from './bed.ts'
import { CHART_NAMESPACE, chartFile, chartFleet, chartInstallation, chartObject } from './chart-fleet.ts'
import { createNamespace } from './raw.ts'
import type { Measured } from './row-table.ts'
import { median } from './statistics.ts'
import { watchObject } from './watched-object.ts'

/** So many installations of one chart there are at most. */
const MOST = 1_000
const COLLECTION = `/api/v1/namespaces/${CHART_NAMESPACE}/configmaps`

/** A fleet of installations of one Helm chart: all of them rendered, and one of them changed. */
export async function chartSteps(bed: Bed, samples: number): Promise<Measured> {
  const installations = Math.min(MOST, bed.objects)
  const cold: number[] = []
  for (let sample = 0; sample < 3; sample++) cold.push(await renderAll(installations))
  return { 'charts-cold': median(cold) / 1000, ...(await changeOne(bed, installations, samples)) }
}

/** From the files of a commit to the objects of all installations, the start of the renderer included. */
async function renderAll(count: number): Promise<number> {
  const files = chartFleet(count)
  await using renderers = new Renderers({ decrypt: new Keyring().decrypt })
  const start = performance.now()
  const { installations } = await declareFiles(files, { renderers })
  const time = performance.now() - start
  const objects = [...installations.values()].flatMap((installation) => installation.objects)
  if (objects.length < 4 * count) throw new Error(`${count} installations have ${objects.length} objects`)
  return time
}

async function changeOne(bed: Bed, count: number, samples: number): Promise<Measured> {
  await createNamespace(bed.api, CHART_NAMESPACE)
  await using fleet = await startFleet(bed.controlPlane, { name: 'charts' })
  await fleet.push(chartFleet(count))
  await using reeve = fleet.run('--interval', '1h')
  await reeve.logged('in sync', undefined, 600_000)
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) {
    const color = `color-${sample}`
    await using live = await watchObject(bed.api, COLLECTION, chartObject(sample))
    const commit = await fleet.push({ [chartFile(sample)]: chartInstallation(sample, color) })
    const start = performance.now()
    reeve.signal('SIGHUP')
    const end = await live.shows(({ data }) => (data as { readonly color?: string }).color === color)
    times.push(end - start)
    await reeve.logged('in sync', (line) => line.commit === commit)
  }
  return { 'charts-one': median(times.slice(1)) } // the first one warms up
}
