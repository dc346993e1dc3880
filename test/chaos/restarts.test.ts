import anyTest, { type TestFn } from 'ava'
import { isJsonObject } from '../../src/model/json.ts'
import { type OwnControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import { startFleet } from '../helpers/fleet.ts'
import { liveAll } from '../helpers/live.ts'
import { configMap, documents, namespace } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

// A control plane of its own: the API server is stopped.
const test = anyTest as TestFn<{ readonly controlPlane: OwnControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane({ auditLog: true }) }
})

test.after.always(({ context }) => context.controlPlane?.stop())

const INSTALLATIONS = 8
const EACH = 60
const ALL = INSTALLATIONS * EACH

test('an API server that restarts twice while hundreds of objects change loses no change and repeats none', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'restarts' })
  await fleet.push({ ...files('1'), 'aa/namespace.yaml': namespace('restarts') })
  await using reeve = fleet.run()
  await until('the first version', async () => (await countAt(controlPlane, '1')) === ALL, 60_000)

  const since = new Date()
  await fleet.push(files('2'))
  await until('a fifth of the second', async () => (await countAt(controlPlane, '2')) >= ALL / 5)
  await controlPlane.stopApiServer()
  await controlPlane.startApiServer()
  await until('some more', async () => (await countAt(controlPlane, '2')) >= ALL / 2)
  await controlPlane.killApiServer()
  await controlPlane.startApiServer()
  await until('all of the second', async () => (await countAt(controlPlane, '2')) === ALL, 60_000)
  for (let index = 0; index < INSTALLATIONS; index++)
    await fleet.recorded(`i${index}`, ({ state }) => state === 'healthy')

  const writes = await controlPlane.writes({ userAgent: 'reeve', since })
  const patched = writes.filter(({ resource, code }) => resource === 'configmaps' && code === 200)
  const names = new Set(patched.map(({ name }) => name))
  t.is(patched.length, names.size, 'an object was changed twice')
  t.deepEqual(
    writes.filter(({ verb }) => verb !== 'patch').filter(({ resource }) => resource === 'configmaps'),
    [],
  )
  t.false(reeve.log.some(({ code }) => code === 'internal'))
  t.is((await fleet.plan()).code, 0)
})

/** All installations with their objects in a version. */
function files(version: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: INSTALLATIONS }, (_, index) => {
      const maps = Array.from({ length: EACH }, (_, nr) =>
        configMap('restarts', `m-${index}-${nr}`, { version }),
      )
      return [`i${index}/maps.yaml`, documents(...maps)]
    }),
  )
}

/** How many objects are in that version. */
async function countAt(controlPlane: OwnControlPlane, version: string): Promise<number> {
  const found = await liveAll(controlPlane, 'restarts', 'configmaps', 'reeve.dev/repository=restarts')
  return found.filter(({ data }) => isJsonObject(data) && data.version === version).length
}
