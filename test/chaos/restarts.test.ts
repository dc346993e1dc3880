import anyTest, { type TestFn } from 'ava'
import { isJsonObject } from '../../src/model/json.ts'
import { type OwnControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import { startFleet } from '../helpers/fleet.ts'
import { groupRecorded } from '../helpers/group-recorded.ts'
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

test.serial(
  'an API server that restarts twice while hundreds of objects change loses no change and repeats none',
  async (t) => {
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
  },
)

test.serial(
  'a rollout goes on over restarts of the API server, brings nobody anywhere twice, and is not too early',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'rolling' })
    const rings = [RING_MEMBERS.slice(0, 4), RING_MEMBERS.slice(4)]
    await fleet.push({ ...ringFiles('1'), ...Object.fromEntries(rings.flatMap(membersOf)) })
    await using reeve = fleet.run()
    await until('the first version', async () => (await rollingAt(controlPlane, '1')).length === 12, 60_000)
    await groupRecorded(fleet, 'late', ({ state }) => state === 'done')

    const since = new Date()
    const commit = await fleet.push(ringFiles('2'))
    await until('some of the first ring', async () => (await rollingAt(controlPlane, '2')).length > 0)
    await controlPlane.killApiServer()
    await controlPlane.startApiServer()
    await until('some of the second ring', async () => (await rollingAt(controlPlane, '2')).length > 4)
    await controlPlane.stopApiServer()
    await controlPlane.startApiServer()
    await until('all members', async () => (await rollingAt(controlPlane, '2')).length === 12, 60_000)
    await groupRecorded(fleet, 'late', (file) => file.state === 'done' && file.commit === commit)

    const writes = await controlPlane.writes({ userAgent: 'reeve', since })
    const moves = writes.filter(({ name, code }) => RING_MEMBERS.includes(name) && code === 200)
    const [first = [], last = []] = rings.map((names) => moves.filter(({ name }) => names.includes(name)))
    t.deepEqual(moves.map(({ name }) => name).sort(), [...RING_MEMBERS].sort())
    const ends = first.map(({ receivedAt }) => receivedAt.getTime())
    const begins = last.map(({ receivedAt }) => receivedAt.getTime())
    t.true(Math.min(...begins) - Math.max(...ends) >= 2_000)
    t.false(reeve.log.some(({ code }) => code === 'internal'))
  },
)

const RING_MEMBERS = Array.from({ length: 12 }, (_, index) => `member-${index}`)

const declared = (kind: string, name: string, spec: object) =>
  `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind, metadata: { name }, spec })}\n`

/** Two rings of which the second waits for two seconds, two members at a time, half a second after each other. */
function ringFiles(version: string): Record<string, string> {
  const spec = { template: { path: 'templates/one' }, version, namespace: 'default' }
  const pace = { maxUnavailable: 2, pauseBetween: '500ms' }
  return {
    'templates/one/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${installation.name}" }\ndata: { version: "${installation.version}" }\n',
    'groups/first.yaml': declared('InstallationGroup', 'first', { ...spec, rollout: pace }),
    'groups/late.yaml': declared('InstallationGroup', 'late', {
      ...spec,
      rollout: { ...pace, after: [{ group: 'first', soak: '2s' }] },
    }),
  }
}

function membersOf(names: readonly string[], index: number): readonly (readonly [string, string])[] {
  const group = index === 0 ? 'first' : 'late'
  return names.map((name) => [`fleet/${name}.yaml`, declared('Installation', name, { group })])
}

async function rollingAt(controlPlane: OwnControlPlane, version: string): Promise<readonly unknown[]> {
  const found = await liveAll(controlPlane, 'default', 'configmaps', 'reeve.dev/repository=rolling')
  return found.filter(({ data }) => isJsonObject(data) && data.version === version)
}

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
