import { objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Recorded, startFleet } from '../../helpers/fleet.ts'
import { kubectl } from '../../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { objectWrites } from '../../helpers/object-writes.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

const NAMES = Array.from({ length: 300 }, (_, index) => `customer-${index}`)
const LONG_MS = 240_000

function group(deletion: string): Record<string, string> {
  return {
    'group.yaml': own('InstallationGroup', 'customers', `{members: [${NAMES}], deletion: ${deletion}}`),
  }
}

function customers(home: string): Record<string, string> {
  const files = NAMES.map((name) => {
    const objects = documents(configMap(home, name, { name }), deployment(home, name, 2))
    return [`${name}/all.yaml`, objects]
  })
  return Object.fromEntries(files)
}

const GONE = Object.fromEntries(NAMES.map((name) => [name, undefined]))

test('300 installations that are removed by mistake run on, or sleep in turn, and are back with their data', async (t) => {
  t.timeout(3 * LONG_MS)
  const { controlPlane } = t.context
  const home = 'many'
  await using fleet = await startFleet(controlPlane, { name: home })
  const workloads = async (): Promise<readonly LiveObject[]> =>
    JSON.parse(await kubectl(controlPlane, '-n', home, 'get', 'deployments', '-o', 'json')).items
  const running = async () => (await workloads()).filter(({ spec }) => objectIn(spec).replicas === 2).length
  const uids = async () => {
    const { items } = JSON.parse(await kubectl(controlPlane, '-n', home, 'get', 'configmaps', '-o', 'json'))
    return (items as readonly LiveObject[]).map(({ metadata: { name, uid } }) => `${name} ${uid}`).sort()
  }
  await fleet.push({ 'home/all.yaml': namespace(home), ...group('{}'), ...customers(home) })
  const allRecorded = async (fits: (record: Recorded) => boolean) => {
    for (const name of NAMES) await fleet.recorded(name, fits, LONG_MS)
  }
  await using _reeve = fleet.run()
  await until('all to run', async () => (await running()) === NAMES.length, LONG_MS)
  const data = await uids()

  const since = new Date()
  await fleet.push(GONE, 'A mistake')
  await allRecorded(({ problems }) => problems[0]?.code === 'deletion-limit')
  await fleet.push(customers(home), 'Mended')
  await allRecorded(({ problems, state }) => problems.length === 0 || state === 'progressing')
  t.deepEqual(
    (await objectWrites(controlPlane, { since })).filter(({ resource }) => resource !== 'installations'),
    [],
    'nothing was stopped',
  )

  await fleet.push(group('{grace: 7d, deleteAtMost: 50}'))
  await fleet.push(GONE, 'Remove\n\nReeve-Allow-Deletion: *')
  await until('all to sleep', async () => (await running()) === 0, LONG_MS)
  await allRecorded(({ state }) => state === 'deletion-pending')
  await fleet.push(customers(home), 'Back again')
  await until('all to run again', async () => (await running()) === NAMES.length, LONG_MS)
  t.deepEqual(await uids(), data)
})
