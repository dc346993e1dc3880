import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { NODE } from '../../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { RUN_FOR } from '../../helpers/hooks.ts'
import { apply, live, liveAll, liveWhen } from '../../helpers/live.ts'
import { configMap, documents, namespace } from '../../helpers/manifests.ts'

let dumps = 0

const test = controlPlaneTest<{ readonly pods: AsyncDisposable }>(
  { controllers: true },
  async (controlPlane) => {
    await apply(controlPlane, NODE)
    return {
      pods: startPodSimulator(controlPlane.kubeconfig, {
        jobDuration: 500,
        run: async ({ spec }) => {
          const text = JSON.stringify(spec)
          if (text.includes('"image":"broken"')) return { failure: { message: 'disk full' } }
          if (!text.includes('"image":"dump"')) return {}
          dumps += 1
          return { message: JSON.stringify({ id: `dump-${dumps}`, size: 42, where: 's3://backups' }) }
        },
      }),
    }
  },
)

test.after.always(async ({ context: { pods } }) => {
  await pods[Symbol.asyncDispose]()
})

function operation(
  at: string,
  name: string,
  image: string,
  spec: object = {},
  args: readonly string[] = [],
): string {
  const pod = { restartPolicy: 'Never', containers: [{ name: 'run', image, args }] }
  return `${JSON.stringify({
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Operation',
    metadata: { name, namespace: at },
    spec: { job: { backoffLimit: 0, template: { spec: pod } }, ...spec },
  })}\n`
}

test('a backup comes before each move, one that fails stops it, and a restore names the last', async (t) => {
  const { controlPlane } = t.context
  const name = 'operations'
  await using fleet = await startFleet(controlPlane, { name })
  const jobs = async (of: string) =>
    (await liveAll(controlPlane, name, 'job', `${RUN_FOR}=acme`)).filter(({ metadata }) =>
      metadata.name.startsWith(of),
    )
  const files = (data: string, image: string, ...more: string[]) => ({
    'acme/all.yaml': documents(
      configMap(name, 'settings', { data }),
      operation(name, 'backup', image, { before: ['move', 'delete'] }),
      ...more,
    ),
  })
  const restore = operation(name, 'restore', 'restore', {}, ['--from=${operations.backup.last.id}'])
  await fleet.push({ 'beside/all.yaml': documents(namespace(name), configMap(name, 'beside', {})) })
  await using reeve = fleet.run()
  await fleet.recorded('beside', ({ state }) => state === 'healthy')

  await fleet.push(files('0', 'dump'))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual(await jobs(''), [], 'there is nothing to back up yet')
  await fleet.push(files('1', 'dump'))
  await liveWhen(
    controlPlane,
    name,
    'configmap/settings',
    ({ data }) => (data as { data: string }).data === '1',
  )
  const first = await fleet.recorded(
    'acme',
    ({ state, operations }) => state === 'healthy' && operations !== undefined,
  )
  t.like(first.operations?.[0], {
    name: 'backup',
    state: 'succeeded',
    last: { id: 'dump-1', size: 42, where: 's3://backups' },
  })

  await fleet.push(files('2', 'broken'))
  const held = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.regex(held.problems[0]?.message ?? '', /backup \(pre-sync\): the Job failed: .*disk full/)
  t.like((await live(controlPlane, name, 'configmap/settings'))?.data, { data: '1' })
  t.is(held.operations?.[0]?.last?.id, 'dump-1', 'the last one that ended well')

  // A restore is a change like any other, and runs once for each version of its text.
  await fleet.push(files('3', 'dump', restore))
  await liveWhen(
    controlPlane,
    name,
    'configmap/settings',
    ({ data }) => (data as { data: string }).data === '3',
  )
  const restored = await fleet.recorded(
    'acme',
    ({ operations }) =>
      operations?.some((each) => each.name === 'restore' && each.state === 'succeeded') === true,
  )
  const last = restored.operations?.find((each) => each.name === 'backup')?.last?.id
  const [job, ...others] = await jobs('restore')
  t.deepEqual(others, [])
  t.true(JSON.stringify(job?.spec).includes(`--from=${last}`), `${last}`)
  await fleet.push({ 'beside/more.yaml': configMap(name, 'more', {}) })
  await fleet.recorded('beside', ({ objects }) => objects.declared === 3)
  t.is((await jobs('restore')).length, 1)

  reeve.signal('SIGTERM')
  await reeve.exited
  {
    await using again = fleet.run()
    await again.logged('in sync')
    t.is((await jobs('')).length, 4, 'nothing runs again')
    t.deepEqual((await fleet.record('acme'))?.operations, restored.operations)
  }
})

test('an operation runs by its schedule once its installation is well, and says when it failed', async (t) => {
  const { controlPlane } = t.context
  const name = 'scheduled'
  await using fleet = await startFleet(controlPlane, { name })
  const jobs = () => liveAll(controlPlane, name, 'job', `${RUN_FOR}=acme`)
  await fleet.push({
    'acme/all.yaml': documents(
      namespace(name),
      configMap(name, 'settings', {}),
      operation(name, 'check', 'broken', { schedule: '* * * * *', timeZone: 'Europe/Berlin' }),
      operation(name, 'off', 'dump', { suspended: true }),
    ),
  })
  await using _reeve = fleet.run()
  const begun = await fleet.recorded('acme', ({ operations }) => operations?.length === 1)
  const since = begun.operations?.[0]?.occasion ?? ''
  const failed = await fleet.recorded('acme', ({ operations }) => operations?.[0]?.state === 'failed')
  t.is(failed.state, 'healthy')
  t.like(failed.problems[0], { code: 'operation-failed' })
  t.regex(failed.problems[0]?.message ?? '', /check \(Job scheduled\/check-[0-9a-f]{16}\): .*disk full/)
  const { occasion = '' } = failed.operations?.[0] ?? {}
  t.regex(occasion, /:00Z$/)
  t.true(occasion >= since, 'what was due before it was first seen does not count')
  const names = (await jobs()).map(({ metadata }) => metadata.name.replace(/-[0-9a-f]*$/, ''))
  t.deepEqual([...new Set(names)], ['check'])
})

test('a faulty operation is a fault of its installation, by the line of the field', async (t) => {
  const { controlPlane } = t.context
  const name = 'badoperations'
  await using fleet = await startFleet(controlPlane, { name })
  await fleet.push({
    'acme/all.yaml': `apiVersion: reeve.dev/v1alpha1
kind: Operation
metadata: {name: backup}
spec:
  schedule: "0 25 * * *"
  timeZone: Europe/Nowhere
  job: {template: {spec: {}}}
---
apiVersion: reeve.dev/v1alpha1
kind: Operation
metadata: {name: other}
spec:
  befor: [move]
  job: {}
`,
  })
  await using _reeve = fleet.run()
  const { problems } = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.deepEqual(
    problems.map(({ line, message }) => `${line} ${message.slice(message.indexOf(': ') + 2)}`),
    [
      '5 spec.schedule is not a cron expression of five fields',
      '6 spec.timeZone is not an IANA time zone: "Europe/Nowhere"',
      '13 spec.befor; did you mean before?',
    ],
  )
})
