import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { NODE } from '../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { hook, RUN_FOR } from '../helpers/hooks.ts'
import { apply, goneWhen, liveAll } from '../helpers/live.ts'
import { configMap, documents, namespace } from '../helpers/manifests.ts'
import { startKilledReeve } from './killed-reeve.ts'

const test = controlPlaneTest({ controllers: true })

const NAME = 'killedhooks'
/** A Job before the move, the move, and a Job after it. */
const WRITES = 3

const files = (data: string) => ({
  'acme/all.yaml': documents(
    configMap(NAME, 'settings', { data }),
    hook(NAME, 'migrate', 'pre-sync'),
    hook(NAME, 'smoke', 'post-sync'),
    hook(NAME, 'backup', 'pre-delete'),
  ),
})

test('a Reeve that is killed at any step of a move with hooks, or of a removal, makes each Job once', async (t) => {
  t.timeout(600_000)
  const { controlPlane } = t.context
  await apply(controlPlane, NODE)
  await using _pods = startPodSimulator(controlPlane.kubeconfig, { jobDuration: 1_000 })
  await using bed = await startKilledReeve(t, controlPlane, NAME)
  const { fleet } = bed
  const jobs = async () => {
    const all = await liveAll(controlPlane, NAME, 'job', `${RUN_FOR}=acme`)
    return all.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]*$/, '')).sort()
  }
  await fleet.push({ 'beside/ns.yaml': documents(namespace(NAME), configMap(NAME, 'beside', {})) })
  bed.start()
  await fleet.push(files('0'))
  let before = await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual(await jobs(), ['migrate', 'smoke'])

  for (let step = 0; step < WRITES; step += 1) {
    const again = await bed.killedAt(step, () => fleet.push(files(`${step + 1}`)))
    const { commit } = before
    before = await fleet.recorded('acme', (record) => record.state === 'healthy' && record.commit !== commit)
    t.deepEqual(
      before.hooks?.runs.map(({ hook, state }) => `${hook} ${state}`),
      ['migrate succeeded', 'smoke succeeded'],
    )
    t.is((await jobs()).length, 2 * (step + 2), 'each once')
    t.deepEqual(
      again.log.filter(({ code }) => code === 'internal'),
      [],
    )
  }

  const remove = () => fleet.push({ acme: undefined }, 'Remove\n\nReeve-Allow-Deletion: acme')
  await bed.killedAt(1, remove)
  t.is((await jobs()).filter((name) => name === 'backup').length, 1, 'made once, and not yet over')
  await goneWhen(controlPlane, NAME, 'configmap/settings')
  await bed.stop()
})
