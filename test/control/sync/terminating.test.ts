import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { apply, kubectl } from '../../helpers/live.ts'
import { configMap, namespace } from '../../helpers/manifests.ts'

const test = controlPlaneTest({ controllers: true })

/** What others had in a namespace would keep it. */
const AS_OPERATOR = ['--server-side', '--field-manager', 'some-operator']

function heldBy(finalizer: string, manifest: string): string {
  const object = JSON.parse(manifest)
  return JSON.stringify({ ...object, metadata: { ...object.metadata, finalizers: [finalizer] } })
}

test('a namespace that does not go is reported with what holds it, until it is gone', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'terminating' })
  await fleet.push({
    'acme/ns.yaml': namespace('stays'),
    'acme/map.yaml': configMap('default', 'terminating', {}),
    'beta/ns.yaml': namespace('stays-too'),
  })
  await using _reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.recorded('beta', ({ state }) => state === 'healthy')
  for (const home of ['stays', 'stays-too'])
    await apply(controlPlane, heldBy('e2e.dev/hold', configMap(home, 'held', {})), ...AS_OPERATOR)

  const message = 'Remove\n\nReeve-Allow-Deletion: acme, beta'
  await fleet.push({ 'acme/ns.yaml': undefined, 'beta/ns.yaml': undefined }, message)
  const acme = await fleet.recorded('acme', ({ problems }) =>
    problems.some((each) => /hold/.test(each.message)),
  )
  t.is(acme.state, 'progressing')
  t.like(acme.problems[0], { code: 'deleting', object: 'Namespace stays' })
  const beta = await fleet.recorded('beta', ({ problems }) =>
    problems.some((each) => /hold/.test(each.message)),
  )
  t.is(beta.state, 'deleting')

  for (const home of ['stays', 'stays-too'])
    await kubectl(
      controlPlane,
      '-n',
      home,
      'patch',
      'cm/held',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/metadata/finalizers"}]',
    )
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
})

test('the garbage collector is named where it deletes what Git declares', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'orphan' })
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'not-there', uid: crypto.randomUUID() }
  const map = JSON.parse(configMap('default', 'orphan', {}))
  const metadata = { ...map.metadata, ownerReferences: [owner] }
  await fleet.push({ 'acme/all.yaml': JSON.stringify({ ...map, metadata }) })
  await using _reeve = fleet.run()
  const { problems } = await fleet.recorded(
    'acme',
    ({ problems }) => problems[0]?.code === 'contended',
    60_000,
  )
  t.regex(
    problems[0]?.message ?? '',
    /the garbage collector deletes it, because its owner ConfigMap default\/not-there \(metadata\.ownerReferences\) does not exist/,
  )
})
