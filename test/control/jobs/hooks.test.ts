import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../../src/model/json.ts'
import { objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { NODE } from '../../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { hook, RUN_FOR } from '../../helpers/hooks.ts'
import { apply, goneWhen, kubectl, live, liveAll, liveWhen } from '../../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest<{ readonly pods: AsyncDisposable }>(
  { controllers: true },
  async (controlPlane) => {
    await apply(controlPlane, NODE)
    const run = async ({ spec }: LiveObject, signal: AbortSignal) => {
      if (JSON.stringify(spec).includes('"image":"sleeps"')) await sleep(120_000, undefined, { signal })
      return {}
    }
    const failureOf = ({ spec }: LiveObject) =>
      JSON.stringify(spec).includes('"image":"broken')
        ? { message: 'relation "users" is missing' }
        : undefined
    return { pods: startPodSimulator(controlPlane.kubeconfig, { failureOf, run, jobDuration: 500 }) }
  },
)

test.after.always(async ({ context: { pods } }) => {
  await pods[Symbol.asyncDispose]()
})

function imageIs(image: string) {
  return (object: LiveObject) => JSON.stringify(object.spec).includes(`"image":"${image}"`)
}

function workload(at: string, image: string): string {
  const object = JSON.parse(deployment(at, 'web', 1))
  object.spec.template.spec.containers[0].image = image
  return `${JSON.stringify(object)}\n`
}

test('a hook before a move ends before anything is written, one after it once all is healthy', async (t) => {
  const { controlPlane } = t.context
  const name = 'hooks'
  await using fleet = await startFleet(controlPlane, { name })
  const files = (image: string, migrate = 'job:1') => ({
    'acme/all.yaml': documents(
      namespace(name),
      configMap(name, 'settings', { image }),
      workload(name, image),
      hook(name, 'migrate', 'pre-sync', migrate),
      hook(name, 'smoke', 'post-sync'),
    ),
  })
  const jobs = () => liveAll(controlPlane, name, 'job', `${RUN_FOR}=acme`)
  await fleet.push(files('web:1'))
  await using reeve = fleet.run()

  // At first there is what the hook may need, and nothing that runs.
  await until('the first hook', async () => ((await jobs()).length === 1 ? true : undefined))
  t.is((await live(controlPlane, name, 'configmap/settings'))?.kind, 'ConfigMap')
  const [first] = await jobs()
  t.regex(first?.metadata.name ?? '', /^migrate-[0-9a-f]{16}$/)
  t.is(first?.metadata.labels?.['reeve.dev/installation'], undefined)
  const installed = await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual(
    installed.hooks?.runs.map(({ hook, event, state }) => [hook, event, state]),
    [
      ['migrate', 'pre-sync', 'succeeded'],
      ['smoke', 'post-sync', 'succeeded'],
    ],
  )
  t.is((await jobs()).length, 2)

  // A failure leaves all as it was, and says why.
  await fleet.push(files('web:2', 'broken:2'))
  const held = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.like(held.problems[0], { code: 'hook-failed', file: 'acme/all.yaml' })
  t.regex(
    held.problems[0]?.message ?? '',
    /migrate \(pre-sync\): the Job failed: .*relation "users" is missing/,
  )
  t.true(imageIs('web:1')((await live(controlPlane, name, 'deployment/web')) as LiveObject))
  t.is(objectIn((await live(controlPlane, name, 'configmap/settings'))?.data as never).image, 'web:1')

  await fleet.push(files('web:3'))
  await liveWhen(controlPlane, name, 'deployment/web', imageIs('web:3'))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.is((await jobs()).length, 5)

  // Whatever else moves the head has no hooks run again; neither has a restart.
  await fleet.push({ 'beside/all.yaml': configMap('default', 'hooks-beside', {}) })
  await fleet.recorded('beside', ({ state }) => state === 'healthy')
  reeve.signal('SIGTERM')
  await reeve.exited
  {
    await using again = fleet.run()
    await again.logged('in sync')
    t.is((await jobs()).length, 5)
  }
  t.deepEqual(
    reeve.log.filter(({ code }) => code === 'internal'),
    [],
  )
})

test('hooks around sleep, and before a removal, which leaves none of their Jobs', async (t) => {
  const { controlPlane } = t.context
  const name = 'sleepyhooks'
  await using fleet = await startFleet(controlPlane, { name })
  const files = (spec: string, backup = 'job:1') => ({
    'acme/i.yaml': own('Installation', 'acme', spec),
    'acme/all.yaml': documents(
      workload(name, 'web:1'),
      hook(name, 'drain', 'pre-hibernate'),
      hook(name, 'warm', 'post-wake'),
      hook(name, 'backup', 'pre-delete', backup),
    ),
  })
  const ran = ({ hooks }: { readonly hooks?: { readonly runs: readonly JsonObject[] } }) =>
    hooks?.runs.map(({ hook, state }) => `${hook} ${state}`)
  await fleet.push({ 'beside/all.yaml': documents(namespace(name), configMap(name, 'beside', {})) })
  await using _reeve = fleet.run()
  await fleet.push(files('{}'))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push(files('{hibernated: true}'))
  const asleep = await fleet.recorded('acme', ({ state }) => state === 'hibernated')
  t.deepEqual(ran(asleep as never), ['drain succeeded'])
  await fleet.push(files('{}'))
  const awake = await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual(ran(awake as never), ['warm succeeded'])

  await fleet.push(files('{}', 'broken:1'))
  await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit !== awake.commit)
  const allow = 'Remove\n\nReeve-Allow-Deletion: acme'
  await fleet.push({ acme: undefined }, allow)
  const failed = await fleet.recorded('acme', ({ problems }) =>
    problems.some(({ code }) => code === 'hook-failed'),
  )
  t.is(failed.state, 'failed')
  t.is((await live(controlPlane, name, 'deployment/web'))?.kind, 'Deployment')

  await fleet.push(files('{}'), 'Mended')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push({ acme: undefined }, allow)
  await goneWhen(controlPlane, name, 'deployment/web')
  await until('no Jobs', async () =>
    (await liveAll(controlPlane, name, 'job', `${RUN_FOR}=acme`)).length === 0 ? true : undefined,
  )
})

test('what fails has its hook run once, and a hook that hangs stops nobody else', async (t) => {
  const { controlPlane } = t.context
  const name = 'failinghooks'
  await using fleet = await startFleet(controlPlane, { name })
  const files = (who: string, ...more: string[]) => ({
    [`${who}/all.yaml`]: documents(configMap(name, who, {}), ...more),
  })
  await fleet.push({ 'beside/all.yaml': documents(namespace(name), configMap(name, 'beside', {})) })
  await using _reeve = fleet.run()
  await fleet.recorded('beside', ({ state }) => state === 'healthy')
  await fleet.push({
    ...files('bad', hook(name, 'smoke', 'post-sync', 'broken:1'), hook(name, 'page', 'sync-fail')),
    ...files('hangs', hook('not-there', 'migrate', 'pre-sync')),
    ...files('fine'),
  })
  const bad = await fleet.recorded(
    'bad',
    ({ state, hooks }) => state === 'degraded' && hooks?.runs.length === 2,
  )
  t.regex(bad.problems[0]?.message ?? '', /hook smoke \(post-sync\): the Job failed: .*is missing/)
  await fleet.recorded('fine', ({ state }) => state === 'healthy')
  const hangs = await fleet.recorded('hangs', ({ problems }) =>
    /cannot be made/.test(problems[0]?.message ?? ''),
  )
  t.is(hangs.state, 'waiting')
  t.is(
    await live(controlPlane, name, 'configmap/hangs').then((map) => map?.kind),
    'ConfigMap',
    'as hooks may need it',
  )
})

test('a commit that comes while a hook runs waits until it is over, or deleted, also in another process', async (t) => {
  const { controlPlane } = t.context
  const name = 'slowhooks'
  await using fleet = await startFleet(controlPlane, { name })
  const files = (data: string, image: string) => ({
    'acme/all.yaml': documents(
      configMap(name, 'settings', { data }),
      hook(name, 'migrate', 'pre-sync', image),
    ),
  })
  const jobs = () => liveAll(controlPlane, name, 'job', `${RUN_FOR}=acme`)
  await fleet.push({ 'beside/all.yaml': documents(namespace(name), configMap(name, 'beside', {})) })
  await using first = fleet.run()
  await fleet.push(files('1', 'job:1'))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push(files('2', 'sleeps'))
  await fleet.recorded(
    'acme',
    ({ state, hooks }) => state === 'waiting' && hooks?.runs[0]?.state === 'running',
  )
  first.signal('SIGTERM')
  await first.exited
  await using _second = fleet.run()
  const head = await fleet.push(files('3', 'job:3'))
  const waits = await fleet.recorded('acme', ({ state, commit }) => state === 'waiting' && commit === head)
  t.regex(
    waits.problems[0]?.message ?? '',
    /migrate, for an earlier commit: Job slowhooks\/migrate-[0-9a-f]{16} runs/,
  )
  t.is((await jobs()).length, 2)
  await kubectl(
    controlPlane,
    '-n',
    name,
    'delete',
    'job',
    waits.problems[0]?.message.match(/migrate-[0-9a-f]+/)?.[0] ?? '',
  )
  await liveWhen(controlPlane, name, 'configmap/settings', ({ data }) => objectIn(data as never).data === '3')
  t.is((await jobs()).length, 2, 'it is not made again')
})

test('a hook is a Job or Pod of known events', async (t) => {
  const { controlPlane } = t.context
  const name = 'badhooks'
  await using fleet = await startFleet(controlPlane, { name })
  const map = JSON.parse(configMap('default', name, {}))
  map.metadata.annotations = { 'reeve.dev/hook': 'pre-sync' }
  await fleet.push({
    'acme/all.yaml': documents(
      `${JSON.stringify(map)}\n`,
      hook('default', 'bad', 'pre-sink', 'x', { 'reeve.dev/hook-weight': 'heavy' }),
    ),
  })
  await using _reeve = fleet.run()
  const { problems } = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.deepEqual(
    problems.map(({ code, message }) => [code, message.slice(message.indexOf(': ') + 2).slice(0, 58)]),
    [
      ['invalid-hook', 'ConfigMap default/badhooks: it is no Job (batch/v1) and no'],
      ['invalid-hook', 'Job.batch default/bad: unknown event "pre-sink", known are'],
      ['invalid-hook', 'Job.batch default/bad: the weight "heavy" is no whole numb'],
    ],
  )
})
