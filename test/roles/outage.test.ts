import { setTimeout as sleep } from 'node:timers/promises'
import anyTest, { type TestFn } from 'ava'
import { type OwnControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import { startFleet } from '../helpers/fleet.ts'
import { kubectl, liveAll, liveWhen } from '../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

// A control plane of its own: the API server is stopped.
const test = anyTest as TestFn<{ readonly controlPlane: OwnControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane() }
})

test.after.always(({ context }) => context.controlPlane?.stop())

test.serial('killed in the middle of a first sync of 1,000 objects, the next one finishes it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'killed' })
  const files = installations('killed', 20, 50)
  const commit = await fleet.push({ ...files, 'aa/namespace.yaml': namespace('killed') })
  const first = fleet.run()
  const before = await until('the first 300 objects', async () => {
    const found = await uidsIn(controlPlane, 'killed')
    return found.size >= 300 ? found : undefined
  })
  first.signal('SIGKILL')
  t.is(await first.exited, 'SIGKILL')
  t.true(before.size < 1000, `only ${before.size} are there`)

  await using second = fleet.run()
  await fleet.recorded('aa', ({ state }) => state === 'healthy')
  await until('all objects', async () => (await uidsIn(controlPlane, 'killed')).size === 1000)
  for (let index = 0; index < 20; index++)
    await fleet.recorded(`i${index}`, (r) => r.state === 'healthy' && r.objects.healthy === 50)
  const after = await uidsIn(controlPlane, 'killed')
  t.is(after.size, 1000)
  for (const [name, uid] of before) t.is(after.get(name), uid, name)
  t.is((await fleet.record('i7'))?.commit, commit)
  t.false(second.log.some(({ level }) => level === 'error'))
  t.is((await fleet.plan()).code, 0)
})

test.serial(
  'an API server that is away for a while is waited for, and what drifted meanwhile is healed',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'away' })
    await fleet.push({ 'acme/a.yaml': configMap('default', 'away', { a: '1' }) })
    await using running = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    await controlPlane.stopApiServer()
    const commit = await fleet.push({
      'acme/a.yaml': documents(configMap('default', 'away', { a: '1' }), configMap('default', 'away-b', {})),
      'beta/a.yaml': deployment('default', 'away', 1),
    })
    running.signal('SIGHUP')
    await sleep(8000)
    await controlPlane.startApiServer()
    await kubectl(controlPlane, 'patch', 'configmap/away', '--type=merge', '-p', '{"data":{"a":"drifted"}}')
    await liveWhen(controlPlane, 'default', 'configmap/away-b')
    await liveWhen(
      controlPlane,
      'default',
      'configmap/away',
      ({ data }) => JSON.stringify(data) === '{"a":"1"}',
    )
    await liveWhen(controlPlane, 'default', 'deployment/away')
    await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'healthy')
    await fleet.recorded('beta', (record) => record.commit === commit)
    t.false(running.log.some(({ code }) => code === 'internal'))
  },
)

test.serial('an API server killed in the middle of a first sync loses nothing', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'crashed' })
  await fleet.push({ ...installations('crashed', 8, 50), 'aa/namespace.yaml': namespace('crashed') })
  await using running = fleet.run()
  const before = await until('the first 100 objects', async () => {
    const found = await uidsIn(controlPlane, 'crashed')
    return found.size >= 100 ? found : undefined
  })
  await controlPlane.killApiServer()
  t.true(before.size < 400, `only ${before.size} are there`)
  await sleep(3000)
  await controlPlane.startApiServer()
  await until('all objects', async () => (await uidsIn(controlPlane, 'crashed')).size === 400)
  for (let index = 0; index < 8; index++)
    await fleet.recorded(`i${index}`, (r) => r.state === 'healthy' && r.objects.healthy === 50)
  const after = await uidsIn(controlPlane, 'crashed')
  for (const [name, uid] of before) t.is(after.get(name), uid, name)
  t.false(running.log.some(({ code }) => code === 'internal'))
})

test.serial('while the API server is away SIGTERM still ends Reeve soon', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stopped' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'stopped', { a: '1' }) })
  await using running = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await controlPlane.stopApiServer()
  await fleet.push({
    'acme/a.yaml': configMap('default', 'stopped', { a: '2' }),
    'beta/a.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: stopped}\n',
  })
  running.signal('SIGHUP')
  await running.logged('new commit', ({ before }) => before !== undefined)
  await sleep(500)
  const start = Date.now()
  running.signal('SIGTERM')
  t.is(await running.exited, 0)
  t.true(Date.now() - start < 25_000, `it took ${Date.now() - start} ms`)
  await controlPlane.startApiServer()
})

/** `count` installations of `each` ConfigMaps in one namespace. */
function installations(home: string, count: number, each: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const maps = Array.from({ length: each }, (_, nr) =>
        configMap(home, `m-${index}-${nr}`, { nr: `${nr}` }),
      )
      return [`i${index}/maps.yaml`, documents(...maps)]
    }),
  )
}

/** Uids by name of the ConfigMaps that Reeve made. */
async function uidsIn(controlPlane: OwnControlPlane, home: string): Promise<ReadonlyMap<string, string>> {
  const found = await liveAll(controlPlane, home, 'configmaps', `reeve.dev/repository=${home}`)
  return new Map(found.map(({ metadata }) => [metadata.name, metadata.uid]))
}
