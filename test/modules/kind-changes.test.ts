import anyTest, { type TestFn } from 'ava'
import { type ControlPlane, startControlPlane } from '../../src/demo/control-plane.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live } from '../helpers/live.ts'
import { custom, definition, documents } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

const test = anyTest as TestFn<{ readonly controlPlane: ControlPlane }>

test.before(async (t) => {
  t.context = { controlPlane: await startControlPlane({ controllers: true }) }
})

test.after.always(({ context }) => context.controlPlane?.stop())

/** The definition with versions v1alpha1 and v1, of which v1alpha1 may be served no more. */
function inTwoVersions(plural: string, kind: string, servesAlpha: boolean): string {
  const crd = JSON.parse(definition(plural, kind))
  const [v1] = crd.spec.versions
  crd.spec.versions = [v1, { ...v1, name: 'v1alpha1', storage: false, served: servesAlpha }]
  return `${JSON.stringify(crd)}\n`
}

const inAlpha = (manifest: string) => manifest.replace('e2e.dev/v1', 'e2e.dev/v1alpha1')

test('an object of a version that is served no more is told the one that is, and stays', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'versions' })
  const object = (size: number) => custom('Versioned', 'default', 'one', size)
  await fleet.push({
    'platform/crd.yaml': inTwoVersions('versioneds', 'Versioned', true),
    'acme/one.yaml': inAlpha(object(1)),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const before = await live(controlPlane, 'default', 'versioneds/one')

  await fleet.push({ 'platform/crd.yaml': inTwoVersions('versioneds', 'Versioned', false) })
  const { problems } = await fleet.recorded('acme', ({ state }) => state === 'failed')
  t.deepEqual(
    problems.map(({ code, message }) => [code, message]),
    [
      [
        'unknown-kind',
        'the cluster does not serve this kind: e2e.dev/v1alpha1 Versioned declared; e2e.dev/v1 served',
      ],
    ],
  )
  t.is((await live(controlPlane, 'default', 'versioneds/one'))?.metadata.uid, before?.metadata.uid)

  await fleet.push({ 'acme/one.yaml': object(2) })
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const after = await live(controlPlane, 'default', 'versioneds/one')
  t.is(after?.metadata.uid, before?.metadata.uid)
  t.deepEqual(after?.spec, { size: 2 })
  t.false(reeve.log.some(({ msg }) => msg === 'deleted'))
})

test('a kind that changes its scope needs replacement; with the annotation its objects come back', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'scope' })
  const definitionOf = (scope: 'Namespaced' | 'Cluster', annotations: object) => {
    const crd = JSON.parse(definition('scopeds', 'Scoped', scope))
    return `${JSON.stringify({ ...crd, metadata: { ...crd.metadata, annotations } })}\n`
  }
  const object = custom('Scoped', 'default', 'one')
  await fleet.push({ 'platform/all.yaml': documents(definitionOf('Namespaced', {}), object) })
  await using _reeve = fleet.run()
  await fleet.recorded('platform', ({ state }) => state === 'healthy')

  await fleet.push({ 'platform/all.yaml': documents(definitionOf('Cluster', {}), object) })
  const { problems } = await fleet.recorded('platform', ({ state }) => state === 'failed')
  t.true(
    problems.some(({ code }) => code === 'needs-replacement'),
    JSON.stringify(problems),
  )

  const replaced = definitionOf('Cluster', { 'reeve.dev/replace': 'true' })
  await fleet.push({ 'platform/all.yaml': documents(replaced, object) })
  // Not by its name: kubectl remembers for minutes that the kind was namespaced.
  const path = '/apis/e2e.dev/v1/scopeds/one'
  await until('the object', async () => (await controlPlane.kubectl(['get', '--raw', path])).code === 0)
  await fleet.recorded('platform', ({ state }) => state === 'healthy')
})
