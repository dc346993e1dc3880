import { cp } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { crdsText } from '../../src/cli/present/crds-text.ts'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { imagesOf } from '../helpers/images-of.ts'
import { apply, kubectl, live, liveWhen } from '../helpers/live.ts'
import { startMattermostOperator } from '../helpers/mattermost-operator/operator.ts'
import { watchMattermosts } from '../helpers/mattermost-operator/watch-mattermosts.ts'
import { objectWrites } from '../helpers/object-writes.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { until } from '../helpers/until.ts'

const example = fileURLToPath(new URL('../../examples/mattermost', import.meta.url))
type Files = Readonly<Record<string, string>>

const CANARIES = ['beta', 'internal']
const MORE = Array.from({ length: 100 }, (_, index) => `customer-${index}`)
const OF_THE_EXAMPLE = 12
const LAST_WORDS = 'failed to ping postgres://mattermost:change-me@db/beta: migration 000123 failed'
const LAST_WORDS_SHOWN = 'failed to ping postgres://mattermost:…@db/beta: migration 000123 failed'
/** For what takes long on a machine that is busy. */
const LONG_MS = 240_000
/** The default limit of the operator is 20 at a time. */
const settings = {
  MAX_RECONCILING_INSTALLATIONS: '1000',
  MAX_RECONCILE_CONCURRENCY: '10',
  REQUEUE_ON_LIMIT_DELAY: '2s',
}

const test = controlPlaneTest({ controllers: true })
const parts = new AsyncDisposableStack()
let cluster: ControlPlane
let fleet: Fleet
let reeve: ReeveProcess

test.before('start the operator and Reeve', async (t) => {
  t.timeout(600_000) // where the operator is yet to be built
  cluster = t.context.controlPlane
  // An update check runs long enough to be seen, and that of the version "broken" fails.
  parts.use(startPodSimulator(cluster.kubeconfig, { failureOf, jobDuration: 4_000 }))
  fleet = parts.use(await startFleet(cluster, { name: 'chats' }))
  parts.use(await startMattermostOperator(cluster, { settings }))
  await apply(cluster, crdsText())
  await cp(example, fleet.work.directory, { recursive: true })
  await fleet.push({}, 'The example')
  reeve = parts.use(fleet.run())
  await allHealthy(OF_THE_EXAMPLE)
})

test.after.always('stop', () => parts.disposeAsync())

function failureOf(pod: LiveObject) {
  const [image = ''] = imagesOf(pod)
  return image.endsWith(':broken') ? { exitCode: 2, message: LAST_WORDS } : undefined
}

function installation(name: string, ring: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}, labels: {ring: ${ring}}}\n`
}

/** Brings the canaries to a version: one changed line. */
async function upgrade(from: string, to: string): Promise<string> {
  const groups = await fleet.work.run('show', 'HEAD:groups.yaml')
  return fleet.push({ 'groups.yaml': `${groups.replace(`version: ${from}`, `version: ${to}`)}\n` })
}

async function all(kind: string): Promise<readonly LiveObject[]> {
  return JSON.parse(await kubectl(cluster, 'get', kind, '-A', '-o', 'json')).items
}

/** Beside `count` customers there is the installation of the root, which has the groups. */
async function allHealthy(count: number): Promise<void> {
  await until(
    `${count} healthy installations`,
    async () => {
      await sleep(400)
      const found = await all('installations')
      return found.length === count + 1 && found.every((object) => statusOf(object).state === 'healthy')
    },
    LONG_MS,
  )
}

function statusOf({ status }: LiveObject): JsonObject {
  return isJsonObject(status) ? status : {}
}

function specOf({ spec }: LiveObject): JsonObject {
  return isJsonObject(spec) ? spec : {}
}

function chat(name: string): Promise<LiveObject | undefined> {
  return live(cluster, `mattermost-${name}`, `mattermost/${name}`)
}

/** By name; what changes the object at all changes it. */
async function versions(): Promise<ReadonlyMap<string, string>> {
  const chats = await all('mattermosts')
  return new Map(chats.map(({ metadata }) => [metadata.name, metadata.resourceVersion]))
}

/** What Reeve wrote into Mattermosts. */
async function chatWrites(since: Date): Promise<readonly string[]> {
  const writes = await objectWrites(cluster, { since })
  return writes
    .filter(({ resource }) => resource === 'mattermosts')
    .map(({ verb, name }) => `${verb} ${name}`)
}

/** Resolves when everything that is under way is written. */
async function quietFor(ms: number): Promise<Date> {
  const since = new Date()
  await sleep(ms)
  return since
}

test.serial('one push of a hundred small files makes a hundred Mattermosts', async (t) => {
  t.timeout(2 * LONG_MS)
  const files = MORE.map((name) => [`production/${name}.yaml`, installation(name, 'production')])
  const begin = new Date()
  await fleet.push(Object.fromEntries(files), 'A hundred customers')
  await allHealthy(OF_THE_EXAMPLE + MORE.length)
  const seconds = (Date.now() - begin.getTime()) / 1000
  t.log(`${MORE.length} installations healthy ${seconds.toFixed(1)} s after the push began`)

  const chats = await all('mattermosts')
  t.is(chats.length, OF_THE_EXAMPLE + MORE.length)
  t.deepEqual([...new Set(chats.map((each) => statusOf(each).state))], ['stable'])
  for (const name of MORE) {
    const record = await fleet.recorded(name, ({ state }) => state === 'healthy')
    t.deepEqual(
      { name, objects: record.objects, problems: record.problems },
      {
        name,
        objects: { declared: 5, healthy: 5 },
        problems: [],
      },
    )
  }
  const table = await kubectl(cluster, 'get', 'installations')
  t.is(table.match(/ healthy +10\.(8\.1|9\.0) +5\/5 /g)?.length, OF_THE_EXAMPLE + MORE.length)
})

test.serial(
  'what the operator makes of the spec is left to it: nothing is written a second time',
  async (t) => {
    t.timeout(LONG_MS)
    const chats = await all('mattermosts')
    t.true(chats.every((each) => specOf(each).size === undefined && specOf(each).replicas === 1))
    const since = await quietFor(5_000)
    t.deepEqual(await objectWrites(cluster, { since }), [])
    const written = await chatWrites(new Date(0))
    t.deepEqual(
      written.filter((write) => !write.startsWith('create ')),
      [],
    )
    t.is((await fleet.plan()).code, 0)
  },
)

test.serial(
  'one changed line upgrades exactly the members of its group, when the check is done',
  async (t) => {
    t.timeout(2 * LONG_MS)
    const before = await versions()
    const { metadata } = (await chat('beta')) ?? {}
    const since = new Date()
    await upgrade('10.9.0', '10.10.0')
    const waiting = await fleet.recorded('beta', ({ state }) => state === 'progressing', LONG_MS)
    t.regex(waiting.problems[0]?.message ?? '', /10\.10\.0 wanted, runs 10\.9\.0/)
    for (const name of CANARIES) {
      const upgraded = await fleet.recorded(
        name,
        ({ state, version }) => state === 'healthy' && version === '10.10.0',
        LONG_MS,
      )
      t.deepEqual(upgraded.problems, [])
    }
    const after = await versions()
    const changed = [...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name)
    t.deepEqual(changed.sort(), CANARIES)
    t.deepEqual(
      [...(await chatWrites(since))].sort(),
      CANARIES.map((name) => `patch ${name}`),
    )
    const upgraded = await chat('beta')
    t.is(statusOf(upgraded as LiveObject).version, '10.10.0')
    t.is(upgraded?.metadata.generation, (metadata?.generation ?? 0) + 1) // the size was not sent again
  },
)

test.serial(
  'a check that fails makes the installation degraded, with its last words and what to do',
  async (t) => {
    t.timeout(2 * LONG_MS)
    await upgrade('10.10.0', 'broken')
    const { problems } = await fleet.recorded('beta', ({ state }) => state === 'degraded', LONG_MS)
    const [problem] = problems
    t.is(problem?.object, 'Mattermost.installation.mattermost.com mattermost-beta/beta')
    t.regex(
      problem?.message ?? '',
      /update check of \S+:broken keeps failing: Pod mattermost-update-check-\S+: container mattermost: ended with exit code 2/,
    )
    t.true(problem?.message.endsWith(LAST_WORDS_SHOWN), problem?.message)
    t.regex(problem?.remedy ?? '', /delete the Job mattermost-update-check/)
    const shown = await liveWhen(
      cluster,
      'default',
      'installation/beta',
      (object) => statusOf(object).state === 'degraded',
    )
    t.true(JSON.stringify(shown.status).includes(LAST_WORDS_SHOWN))
    t.is(statusOf((await chat('beta')) as LiveObject).state, 'reconciling')

    await upgrade('broken', '10.10.0')
    await allHealthy(OF_THE_EXAMPLE + MORE.length)
  },
)

test.serial('a size is sent when Git changes it, and never again, also by another Reeve', async (t) => {
  t.timeout(2 * LONG_MS)
  const since = new Date()
  const larger = `${installation('acme', 'production')}spec: {values: {size: 1000users}}\n`
  await fleet.push({ 'production/acme.yaml': larger })
  await liveWhen(
    cluster,
    'mattermost-acme',
    'mattermost/acme',
    (object) => specOf(object).replicas === 2,
    LONG_MS,
  )
  await allHealthy(OF_THE_EXAMPLE + MORE.length)
  t.is(specOf((await chat('acme')) as LiveObject).size, undefined)
  t.deepEqual(await chatWrites(since), ['patch acme'])

  await reeve[Symbol.asyncDispose]()
  reeve = parts.use(fleet.run())
  await reeve.logged('in sync')
  await quietFor(3_000)
  t.deepEqual(await chatWrites(since), ['patch acme'])
  t.is((await fleet.plan()).code, 0)
})

/** Has the members of a group move by rollout, to another version. */
async function rollOut(group: string, from: string, to: string, budget: number): Promise<Files> {
  const groups = await fleet.work.run('show', 'HEAD:groups.yaml')
  const [before = '', after = ''] = groups.split(`name: ${group}\n`)
  const spec = after
    .replace(`version: ${from}`, `version: ${to}`)
    .replace(/spec:\n( {2}rollout:.*\n)?/, `spec:\n  rollout: {maxUnavailable: ${budget}, wake: tier}\n`)
  return { 'groups.yaml': `${before}name: ${group}\n${spec}\n` }
}

/** The files of the hundred customers. */
function customers(hibernated: boolean): Files {
  const files = MORE.map((name, index) => {
    const document = installation(name, 'production').replace('ring:', `tier: t${index % 2}, ring:`)
    return [`production/${name}.yaml`, `${document}${hibernated ? 'spec: {hibernated: true}\n' : ''}`]
  })
  return Object.fromEntries(files)
}

/** Resolves with the most that were on their way from asleep to well at the same time, once all have been. */
async function wakeAll(names: readonly string[], wake: () => Promise<unknown>): Promise<number> {
  const [asleep, waking, awake] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let most = 0
  const note = (chat: LiveObject) => {
    const { name, generation } = chat.metadata
    const { state, version, observedGeneration } = statusOf(chat)
    const isWell = state === 'stable' && version === specOf(chat).version && observedGeneration === generation
    if (specOf(chat).replicas === 0) asleep.add(name)
    else if (asleep.delete(name)) waking.add(name)
    most = Math.max(most, waking.size)
    if (isWell && waking.delete(name)) awake.add(name)
  }
  await using _ = watchMattermosts(cluster, note)
  await until('all to be seen asleep', () => asleep.size === names.length)
  await wake()
  await until('all to be awake', () => awake.size === names.length, LONG_MS)
  return most
}

/** The customers whose Mattermosts Reeve woke, in order. */
function woken(): readonly number[] {
  return reeve.log.flatMap(({ msg, object, changes }) => {
    const [, number] = /^Mattermost\S* mattermost-customer-(\d+)\//.exec(String(object)) ?? []
    const isWaking = JSON.stringify(changes ?? []).includes('{"path":"spec.replicas","before":0}')
    return msg === 'patched' && number !== undefined && isWaking ? Number(number) : []
  })
}

test.serial(
  'a hundred customers sleep while a rollout goes on, and catch up when they wake, within the budget',
  async (t) => {
    t.timeout(4 * LONG_MS)
    const budget = 20
    await fleet.push(await rollOut('production', '10.8.1', '10.8.1', budget), 'Roll out')
    await fleet.push(customers(true), 'Nobody chats')
    for (const name of MORE) {
      const { objects, problems } = await fleet.recorded(name, ({ state }) => state === 'hibernated', LONG_MS)
      t.like({ objects, problems }, { objects: { declared: 5 }, problems: [] })
    }
    const chats = async () =>
      (await all('mattermosts')).filter(({ metadata }) => MORE.includes(metadata.name))
    const isTheirs = ({ metadata: { namespace = '' } }: LiveObject) =>
      MORE.some((name) => namespace === `mattermost-${name}`)
    const arePodless = async () =>
      (await all('deployments')).filter(isTheirs).every((each) => statusOf(each).replicas === undefined)
    await until('no Pod of them', arePodless, LONG_MS)
    const generations = async () => (await chats()).map(({ metadata }) => metadata.generation)
    const before = await generations()

    const since = new Date()
    await fleet.push(await rollOut('production', '10.8.1', '10.11.0', budget), 'Upgrade')
    for (const name of ['acme', 'wayne'])
      await fleet.recorded(
        name,
        ({ state, version }) => state === 'healthy' && version === '10.11.0',
        LONG_MS,
      )
    await reeve.logged('rollout', ({ group, moved }) => group === 'production' && moved === '10/10', LONG_MS)
    const written = await objectWrites(cluster, { since })
    t.deepEqual(
      written.filter(({ name }) => MORE.includes(name)),
      [],
      'nothing of those that sleep is written',
    )
    t.deepEqual(await generations(), before)

    const begin = Date.now()
    const most = await wakeAll(MORE, () => fleet.push(customers(false), 'All come back'))
    await allHealthy(OF_THE_EXAMPLE + MORE.length)
    t.log(`${MORE.length} woke in ${((Date.now() - begin) / 1000).toFixed(0)} s, at most ${most} at a time`)
    t.true(most <= budget, `${most} at a time`)
    t.deepEqual([...new Set((await chats()).map((chat) => statusOf(chat).version))], ['10.11.0'])
    const order = woken().map((number) => number % 2)
    t.is(order.length, MORE.length, 'each is woken by one write')
    t.deepEqual(order, order.toSorted(), 'by their tier')
  },
)
