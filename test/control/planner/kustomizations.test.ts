import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { live, liveWhen } from '../../helpers/live.ts'
import { configMap, documents } from '../../helpers/manifests.ts'
import { reeveWithin } from '../../helpers/reeve.ts'

const test = controlPlaneTest()

const maps = (...names: string[]) => documents(...names.map((name) => configMap('default', name, { name })))

test('validate, plan, sync and explain agree on a directory that Kustomize builds', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'kustomized' })
  await fleet.push({
    'acme/kustomization.yaml': 'resources: [cm.yaml]\nnamePrefix: x-\n',
    'acme/cm.yaml': maps('kustomized-a'),
    'acme/old/cm.yaml': maps('kustomized-old'),
    'other/cm.yaml': maps('kustomized-other'),
  })
  const validated = await reeveWithin(['validate', fleet.work.directory])
  t.is(validated.code, 0)
  t.regex(validated.stdout, /2 installations, 2 objects, no faults/)
  t.regex(validated.stdout + validated.stderr, /acme\/old\/cm\.yaml:1: manifests left out/)
  const planned = await fleet.plan()
  t.regex(planned.stdout, /\+ ConfigMap default\/x-kustomized-a\n/)
  t.regex(planned.stdout, /acme\/old\/cm\.yaml:1: manifests left out/)
  await fleet.work.write('acme/cm.yaml', maps('kustomized-a', 'kustomized-b'))
  const ofDirectory = await fleet.plan(fleet.work.directory)
  t.regex(ofDirectory.stdout, /\+ ConfigMap default\/x-kustomized-b\n/)
  const explained = await reeveWithin(['explain', 'acme', fleet.work.directory])
  t.regex(explained.stdout, /^acme\n {2}template: acme\n/)
  t.is((await fleet.sync()).code, 0)
  t.truthy(await live(controlPlane, 'default', 'configmap/x-kustomized-a'))
  t.truthy(await live(controlPlane, 'default', 'configmap/kustomized-other'))
  t.is(await live(controlPlane, 'default', 'configmap/kustomized-a'), undefined)
  t.is(await live(controlPlane, 'default', 'configmap/kustomized-old'), undefined)
  t.is((await fleet.record('acme'))?.state, 'healthy')
  t.is(await fleet.record('acme/old'), undefined)
})

test('what a raw directory has is handed over to the overlay that refers to it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'based' })
  await fleet.push({ 'base/cm.yaml': maps('based-a', 'based-b', 'based-c') })
  await using reeve = fleet.run()
  await fleet.recorded('base', ({ state }) => state === 'healthy')
  const before = await live(controlPlane, 'default', 'configmap/based-a')
  await fleet.push({
    'base/kustomization.yaml': 'resources: [cm.yaml]\n',
    'eu/kustomization.yaml': 'resources: [../base]\n',
  })
  await fleet.recorded('eu', ({ state, objects }) => state === 'healthy' && objects.declared === 3)
  const after = await live(controlPlane, 'default', 'configmap/based-a')
  t.is(after?.metadata.uid, before?.metadata.uid)
  t.is(after?.metadata.labels?.['reeve.dev/installation'], 'eu')
  t.is(await fleet.record('base'), undefined)
  t.is(reeve.log.filter(({ msg }) => msg === 'deleted').length, 0)
})

test('an overlay that cannot be built deletes nothing of what it refers to', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'unbuilt' })
  await fleet.push({
    'shop/base/cm.yaml': maps('unbuilt-a'),
    'shop/eu/kustomization.yaml': 'resources: [cm.yaml]\n',
    'shop/eu/cm.yaml': maps('unbuilt-eu'),
    'stays/cm.yaml': maps('unbuilt-b', 'unbuilt-c', 'unbuilt-d', 'unbuilt-e', 'unbuilt-f'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('shop/base', ({ state }) => state === 'healthy')
  await fleet.recorded('shop/eu', ({ state }) => state === 'healthy')
  await fleet.push(
    {
      'shop/base/kustomization.yaml': 'resources: [cm.yaml]\n',
      'shop/eu/kustomization.yaml': 'resources: [cm.yaml, ../base, gone.yaml]\n',
    },
    'Refer to the base\n\nReeve-Allow-Deletion: *',
  )
  const { problems = [] } = await fleet.recorded('shop/eu', (record) => (record.problems ?? []).length > 0)
  t.regex(problems[0]?.message ?? '', /^the Kustomize overlay cannot be built: /)
  await fleet.push({ 'stays/more.yaml': maps('unbuilt-more') }, 'More\n\nReeve-Allow-Deletion: *')
  await liveWhen(controlPlane, 'default', 'configmap/unbuilt-more')
  t.truthy(await live(controlPlane, 'default', 'configmap/unbuilt-a'))
  t.truthy(await live(controlPlane, 'default', 'configmap/unbuilt-eu'))

  await fleet.push({ 'shop/eu/kustomization.yaml': 'resources: [cm.yaml, ../base]\n' })
  await fleet.recorded('shop/eu', ({ state, objects }) => state === 'healthy' && objects.declared === 2)
  t.is(reeve.log.filter(({ msg }) => msg === 'deleted').length, 0)
})

test('a directory that a new kustomization leaves out keeps its objects until a commit allows their deletion', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'left-out' })
  await fleet.push({
    'acme/extra/cm.yaml': maps('left-out-extra'),
    'stays/cm.yaml': maps('left-out-a', 'left-out-b'),
  })
  t.is((await fleet.sync()).code, 0)
  const overlay = {
    'acme/kustomization.yaml': 'resources: [cm.yaml]\n',
    'acme/cm.yaml': maps('left-out-acme'),
  }
  await fleet.push(overlay)
  const planned = await fleet.plan()
  t.regex(planned.stdout, /all of\s+acme\/extra, whose manifests are there and left out of a kustomization/)
  t.regex(planned.stdout, /Reeve-Allow-Deletion: acme\/extra/)
  await fleet.sync()
  t.truthy(await live(controlPlane, 'default', 'configmap/left-out-acme'))
  t.truthy(await live(controlPlane, 'default', 'configmap/left-out-extra'))

  await fleet.push({}, 'Leave it out\n\nReeve-Allow-Deletion: acme/extra')
  t.is((await fleet.sync()).code, 0)
  t.is(await live(controlPlane, 'default', 'configmap/left-out-extra'), undefined)
})
