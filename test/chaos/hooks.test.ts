import { rm } from 'node:fs/promises'
import { leaseName } from '../../src/model/lease-name.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { NODE } from '../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startCountingProxy } from '../helpers/counting-proxy.ts'
import { startFleet } from '../helpers/fleet.ts'
import { hook, RUN_FOR } from '../helpers/hooks.ts'
import { apply, goneWhen, kubectl, liveAll } from '../helpers/live.ts'
import { configMap, documents, namespace } from '../helpers/manifests.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'

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
  let writes: string[] = []
  let killAt = Number.POSITIVE_INFINITY
  let reeve: ReeveProcess | undefined
  await using proxy = await startCountingProxy(controlPlane, {
    name: NAME,
    mishap: ({ method, path }) => {
      if (method === 'GET' || !path.includes(`/namespaces/${NAME}/`)) return undefined
      if (writes.length >= killAt) {
        reeve?.signal('SIGKILL')
        return 404
      }
      writes.push(`${method} ${path.split('/').slice(-2).join('/')}`)
      return undefined
    },
  })
  await using fleet = await startFleet(proxy, { name: NAME })
  const jobs = async () => {
    const all = await liveAll(controlPlane, NAME, 'job', `${RUN_FOR}=acme`)
    return all.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]*$/, '')).sort()
  }
  /** Has Reeve killed instead of the write that follows so many others, and starts another one. */
  const killedAt = async (step: number, push: () => Promise<unknown>) => {
    writes = []
    killAt = step
    await push()
    await reeve?.exited
    killAt = Number.POSITIVE_INFINITY
    t.log(`killed after ${writes.length} writes: ${writes.join(', ')}`)
    t.is(writes.length, step)
    await kubectl(controlPlane, '-n', 'default', 'delete', 'lease', leaseName(NAME))
    if (step % 2 === 0) await rm(fleet.dataDir, { recursive: true, force: true })
    reeve = fleet.run()
    return reeve
  }
  await fleet.push({ 'beside/ns.yaml': documents(namespace(NAME), configMap(NAME, 'beside', {})) })
  reeve = fleet.run()
  await fleet.push(files('0'))
  let before = await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual(await jobs(), ['migrate', 'smoke'])

  for (let step = 0; step < WRITES; step += 1) {
    const again = await killedAt(step, () => fleet.push(files(`${step + 1}`)))
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
  await killedAt(1, remove)
  t.is((await jobs()).filter((name) => name === 'backup').length, 1, 'made once, and not yet over')
  await goneWhen(controlPlane, NAME, 'configmap/settings')
  reeve.signal('SIGTERM')
  await reeve.exited
})
