import type { LiveObject } from '../../../src/model/object.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, custom, definition, documents } from '../../helpers/manifests.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest({ controllers: true })

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
  await using reeve = fleet.run()
  await fleet.recorded('platform', ({ state }) => state === 'healthy')

  await fleet.push({ 'platform/all.yaml': documents(definitionOf('Cluster', {}), object) })
  const { problems } = await fleet.recorded('platform', ({ state }) => state === 'invalid')
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
  const created = reeve.log.flatMap(({ msg, object }) => (msg === 'created' ? String(object) : []))
  t.is(created.at(-1), 'Scoped.e2e.dev one')
  t.is(created.filter((one) => one === 'Scoped.e2e.dev default/one').length, 1)
})

/** The definition with version v2 besides v1, or instead of it. */
function withSecondVersion(plural: string, kind: string, servesFirst = true): string {
  const crd = JSON.parse(definition(plural, kind))
  const [v1] = crd.spec.versions
  crd.spec.versions = [
    { ...v1, storage: false, served: servesFirst },
    { ...v1, name: 'v2' },
  ]
  return `${JSON.stringify(crd)}\n`
}

const inSecond = (manifest: string) => manifest.replace('e2e.dev/v1', 'e2e.dev/v2')

for (const servesFirst of [true, false])
  test(`objects move to a version in the commit that adds it${servesFirst ? '' : ' and ends the one before'}`, async (t) => {
    const { controlPlane } = t.context
    const [plural, kind] = servesFirst
      ? (['movings', 'Moving'] as const)
      : (['leavings', 'IgnoredFields'] as const)
    await using fleet = await startFleet(controlPlane, { name: plural })
    const object = (home: string, size: number) => custom(kind, 'default', home, size)
    const files = {
      'platform/crd.yaml': definition(plural, kind),
      'platform/one.yaml': object('beside', 1),
      'acme/one.yaml': object('elsewhere', 1),
    }
    await fleet.push(files)
    t.is((await fleet.sync()).code, 0)
    const before = await live(controlPlane, 'default', `${plural}/elsewhere`)

    await fleet.push({
      'platform/crd.yaml': withSecondVersion(plural, kind, servesFirst),
      'platform/one.yaml': inSecond(object('beside', 2)),
      'acme/one.yaml': inSecond(object('elsewhere', 2)),
      'acme/two.yaml': inSecond(object('fresh', 2)),
    })
    const plan = await fleet.plan()
    t.is(plan.code, 1, plan.stderr)
    for (const line of [/CustomResourceDefinition/, /beside/, /elsewhere/, /fresh/, /spec\.size/])
      t.regex(plan.stdout, line)

    const { code, stdout, stderr } = await fleet.sync()
    t.is(code, 0, stdout + stderr)
    t.notRegex(stderr, /error/i)
    for (const name of ['beside', 'elsewhere', 'fresh']) {
      const { metadata, spec } = await liveWhen(controlPlane, 'default', `${plural}.v2.e2e.dev/${name}`)
      t.deepEqual(spec, { size: 2 }, name)
      if (name === 'elsewhere') t.is(before?.metadata.uid, metadata.uid)
    }
    const again = await fleet.plan()
    t.is(again.code, 0, again.stdout + again.stderr)
  })

test('a process that runs moves objects to a new version, and follows them there', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'followings' })
  const object = (size: number) => custom('Following', 'default', 'one', size)
  await fleet.push({ 'platform/crd.yaml': definition('followings', 'Following'), 'acme/one.yaml': object(1) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  const commit = await fleet.push({
    'platform/crd.yaml': withSecondVersion('followings', 'Following'),
    'acme/one.yaml': inSecond(object(2)),
  })
  await fleet.recorded('acme', (record) => record.done === undefined && record.commit === commit)
  t.deepEqual((await live(controlPlane, 'default', 'followings/one'))?.spec, { size: 2 })
  t.false(reeve.log.some(({ level }) => level === 'error'))

  await kubectl(controlPlane, 'patch', 'followings/one', '--type=merge', '-p', '{"spec":{"size":3}}')
  await liveWhen(controlPlane, 'default', 'followings/one', hasSize(2))
  await fleet.push({ 'platform/crd.yaml': withSecondVersion('followings', 'Following', false) })
  await fleet.recorded('platform', ({ state }) => state === 'healthy')
  await kubectl(
    controlPlane,
    'patch',
    'followings.v2.e2e.dev/one',
    '--type=merge',
    '-p',
    '{"spec":{"size":3}}',
  )
  await liveWhen(controlPlane, 'default', 'followings.v2.e2e.dev/one', hasSize(2))
  t.false(reeve.log.some(({ msg }) => msg === 'deleted'))
})

test('a field that a definition gains is there for the objects of the same commit', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'gainings' })
  const objects = Array.from({ length: 10 }, (_, index) => custom('Gaining', 'default', `g${index}`))
  await fleet.push({
    'acme/crd.yaml': definition('gainings', 'Gaining'),
    'acme/all.yaml': documents(...objects),
  })
  t.is((await fleet.sync()).code, 0)
  const crd = JSON.parse(definition('gainings', 'Gaining'))
  crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.colour = { type: 'string' }
  const coloured = objects.map((text) => text.replace('"size": 1', '"size": 1, "colour": "red"'))
  await fleet.push({ 'acme/crd.yaml': JSON.stringify(crd), 'acme/all.yaml': documents(...coloured) })
  const { code, stdout, stderr } = await fleet.sync()
  t.is(code, 0, stdout + stderr)
  t.deepEqual((await live(controlPlane, 'default', 'gainings/g7'))?.spec, { size: 1, colour: 'red' })
})

test('objects whose conversion webhook is not there fail alone', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'convertings' })
  const object = (size: number) => custom('Converting', 'default', 'one', size)
  await fleet.push({ 'acme/crd.yaml': definition('convertings', 'Converting'), 'acme/one.yaml': object(1) })
  t.is((await fleet.sync()).code, 0)
  const crd = JSON.parse(withSecondVersion('convertings', 'Converting'))
  const service = { name: 'nowhere', namespace: 'default', path: '/convert' }
  crd.spec.conversion = {
    strategy: 'Webhook',
    webhook: { conversionReviewVersions: ['v1'], clientConfig: { service } },
  }
  await fleet.push({
    'acme/crd.yaml': JSON.stringify(crd),
    'acme/one.yaml': inSecond(object(2)),
    'acme/map.yaml': configMap('default', 'beside-conversion', {}),
  })
  const { code, stderr } = await fleet.sync()
  t.is(code, 1)
  t.truthy(await live(controlPlane, 'default', 'configmap/beside-conversion'))
  t.notRegex(stderr, /unexpected error/)
  const { problems, state } = (await fleet.record('acme')) ?? t.fail()
  t.is(state, 'failed')
  t.deepEqual(
    problems.map(({ code, object }) => `${code} ${object}`),
    ['unavailable Converting.e2e.dev default/one'],
  )
})

function hasSize(size: number): (object: LiveObject) => boolean {
  return ({ spec }) => JSON.stringify(spec) === JSON.stringify({ size })
}
