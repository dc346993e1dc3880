import { cp, readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { borrowControlPlane } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { mattermostDefinitions } from '../helpers/mattermost-operator/build.ts'
import { objectWrites } from '../helpers/object-writes.ts'
import { until } from '../helpers/until.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const kinds = [
  'chats.example.dev,configmaps,secrets,deployments,services,serviceaccounts,roles,rolebindings',
  'cronjobs,networkpolicies',
].join(',')

async function versions({ kubectl }: ControlPlane): Promise<string> {
  const path =
    '{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}'
  return (await kubectl(['get', kinds, '-A', '-o', `jsonpath=${path}`])).stdout
}

test('kubectl applies examples/fleet strictly and without a warning; a second time changes nothing', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  const { kubectl } = controlPlane
  const apply = (...more: readonly string[]) =>
    kubectl(['apply', '--validate=strict', '--recursive', `--filename=${examples}/fleet`, ...more])

  // kubectl needs namespaces and kinds before the rest; Reeve finds the order itself.
  await kubectl(['apply', `--filename=${examples}/fleet/platform/chat-crd.yaml`])
  await until('chats to be served', async () => (await kubectl(['get', 'chats', '-A'])).code === 0)
  await apply()
  const applied = await apply()
  t.like(applied, { code: 0, stderr: '' })
  t.is(applied.stdout.trim().split('\n').length, 17)

  const before = await versions(controlPlane)
  t.is((await apply()).code, 0)
  t.is(await versions(controlPlane), before)
  t.is(before.match(/^Chat /gm)?.length, 3)
})

test('reeve sync applies examples/mattermost with the definitions of its operator; a second time changes nothing', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  await using fleet = await startFleet(controlPlane, { name: 'mattermost' })
  await cp(`${examples}/mattermost`, fleet.work.directory, { recursive: true })
  await cp(await mattermostDefinitions(), `${fleet.work.directory}/operator`, { recursive: true })
  await fleet.push({})
  const since = new Date()
  await fleet.sync()
  const { stdout } = await controlPlane.kubectl(['get', 'mattermosts', '-A', '-o', 'name'])
  t.is(stdout.trim().split('\n').length, 12)
  t.is((await objectWrites(controlPlane, { since })).filter(({ code }) => code === 201).length, 51)
  const later = new Date()
  await fleet.sync()
  t.deepEqual(await objectWrites(controlPlane, { since: later }), [])
})

test('reeve sync applies examples/charts, migrations included; a second time changes nothing', async (t) => {
  const controlPlane = await borrowControlPlane(t, { controllers: true })
  await using _pods = startPodSimulator(controlPlane.kubeconfig, { jobDuration: 200 })
  await using fleet = await startFleet(controlPlane, { name: 'charts' })
  await cp(`${examples}/charts`, fleet.work.directory, { recursive: true })
  await fleet.push({})
  const first = await fleet.sync()
  t.is(first.code, 0, first.stdout + first.stderr)
  const image = '{.spec.template.spec.containers[0].image}'
  const path = `{range .items[*]}{.metadata.namespace} {.spec.replicas} ${image}{"\\n"}{end}`
  const { stdout } = await controlPlane.kubectl(['get', 'deployments', '-A', '-o', `jsonpath=${path}`])
  t.deepEqual(stdout.trim().split('\n'), [
    'proxy 2 registry.eu.example.com/proxy:1.27',
    'shop-acme 1 registry.example.com/shop:2.4',
    'shop-globex 3 registry.example.com/shop:2.4',
    'shop-initech 1 registry.example.com/shop:2.5',
  ])
  const migrated = '{.items[*].status.succeeded}'
  // The migrations come last: a sync ends when they have begun.
  await until('the migrations to succeed', async () => {
    return (
      (await controlPlane.kubectl(['get', 'jobs', '-A', '-o', `jsonpath=${migrated}`])).stdout === '1 1 1'
    )
  })
  const later = new Date()
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(await objectWrites(controlPlane, { since: later }), [])
})

test('reeve sync applies examples/rollouts; a second time changes nothing', async (t) => {
  const controlPlane = await borrowControlPlane(t, { controllers: true })
  await using _pods = startPodSimulator(controlPlane.kubeconfig)
  await using fleet = await startFleet(controlPlane, { name: 'rollouts' })
  await cp(`${examples}/rollouts`, fleet.work.directory, { recursive: true })
  await fleet.push({})
  const first = await fleet.sync()
  t.is(first.code, 0, first.stdout + first.stderr)
  const path = '{range .items[*]}{.metadata.namespace} {.spec.replicas}{"\\n"}{end}'
  const { stdout } = await controlPlane.kubectl(['get', 'deployments', '-A', '-o', `jsonpath=${path}`])
  const shops = stdout.trim().split('\n')
  t.is(shops.length, 10)
  t.true(shops.includes('shop-globex 3'))
  const later = new Date()
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(await objectWrites(controlPlane, { since: later }), [])
})

test('every directory of examples/ is named in its README', async (t) => {
  const readme = await readFile(`${examples}/README.md`, 'utf8')
  for (const entry of await readdir(examples, { withFileTypes: true })) {
    if (entry.isDirectory()) t.true(readme.includes(`\n## ${entry.name}\n`), entry.name)
  }
  for (const name of await readdir(`${examples}/fleet`)) t.true(readme.includes(`| \`${name}`), name)
})
