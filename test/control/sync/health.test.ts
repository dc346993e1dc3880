import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { custom, definition, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { podsWhen, ready, setPodStatus, waiting } from '../../helpers/stuck-pods.ts'
import { until } from '../../helpers/until.ts'

const WITHIN_MS = 90_000

const test = controlPlaneTest({ controllers: true }, ({ kubeconfig }) => ({
  client: new ClusterClient(() => loadKubeConfig(kubeconfig)),
}))

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

test('a stuck Pod is in the record, a restart changes nothing of that, and well again costs no request', async (t) => {
  const { controlPlane, client } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stuck' })
  await fleet.push({ 'acme/all.yaml': documents(namespace('stuck'), deployment('stuck', 'web')) })
  const [pod, before] = await (async () => {
    await using _reeve = fleet.run()
    const [name = ''] = await podsWhen(controlPlane, 'stuck', 'app=web')
    await setPodStatus(client, 'stuck', name, waiting('ErrImagePull', 'web:1 not found'))
    const { problems } = await fleet.recorded('acme', ({ state }) => state === 'degraded', WITHIN_MS)
    const told = `0 of 1 replicas available; Pod ${name}: container web: ImagePullBackOff: web:1 not found`
    t.like(problems, [{ code: 'degraded', object: 'Deployment.apps stuck/web', message: told }])
    t.true(Date.parse(problems[0]?.since ?? '') <= Date.now())
    return [name, await fleet.statusCommits()] as const
  })()

  await setPodStatus(client, 'stuck', pod, waiting('ImagePullBackOff', 'Back-off pulling image "web:1"'))
  const since = new Date()
  await using _again = fleet.run()
  await until(
    'a look at the Pods',
    async () => {
      const requests = await controlPlane.requests({ userAgent: 'reeve', since })
      return requests.some(({ resource, namespace }) => resource === 'pods' && namespace === 'stuck')
    },
    WITHIN_MS,
  )
  await sleep(3_000)
  t.deepEqual(await fleet.statusCommits(), before)

  await setPodStatus(client, 'stuck', pod, ready())
  await fleet.recorded('acme', ({ state }) => state === 'healthy', WITHIN_MS)
  const well = new Date()
  await sleep(6_000)
  const requests = await controlPlane.requests({ userAgent: 'reeve', since: well })
  t.deepEqual(
    requests.filter(({ namespace }) => namespace === 'stuck'),
    [],
  )
})

test('a rule in Git says how a custom resource is, and when it is late', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'rules' })
  const rule = {
    group: 'e2e.dev',
    kind: 'Sized',
    healthy: 'object.spec.size > 2',
    message: "'size is ' + string(object.spec.size)",
    deadline: '3s',
  }
  const files = (size: number) => ({
    'acme/reeve.yaml': JSON.stringify({ ...INSTALLATION, spec: { health: [rule] } }),
    'acme/all.yaml': documents(definition('sizeds', 'Sized'), custom('Sized', 'default', 'one', size)),
  })
  await fleet.push(files(1))
  await using _reeve = fleet.run()
  const late = await fleet.recorded('acme', ({ state }) => state === 'degraded', WITHIN_MS)
  t.like(late.problems, [
    { object: 'Sized.e2e.dev default/one', message: 'not ready for 3 seconds: size is 1' },
  ])
  const before = await fleet.statusCommits()
  await sleep(3_000)
  t.deepEqual(await fleet.statusCommits(), before)
  await fleet.push(files(3))
  t.deepEqual((await fleet.recorded('acme', ({ state }) => state === 'healthy', WITHIN_MS)).problems, [])
})

const INSTALLATION = {
  apiVersion: 'reeve.dev/v1alpha1',
  kind: 'Installation',
  metadata: { name: 'acme' },
}
