import type { LiveObject } from '../../src/model/object.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live, liveWhen } from '../helpers/live.ts'

const test = controlPlaneTest()

const own = (kind: string, name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`

const TEMPLATE = {
  'templates/chat/web.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: "\${installation.name}" }
data: { version: "\${installation.version}", color: "\${values.color}" }
`,
  'templates/chat/values.yaml': 'color: grey\n',
}

/** A group whose members are ConfigMaps: those of version \`bad\` are never well. */
const group = (name: string, version: string, rollout: string) =>
  own(
    'InstallationGroup',
    name,
    `
  template: { path: templates/chat }
  version: "${version}"
  namespace: default
  rollout: ${rollout}
  health:
    - { kind: ConfigMap, healthy: "object.data.version != 'bad'", degraded: "object.data.version == 'bad'" }`,
  )

const member = (name: string, of: string, spec = '') => own('Installation', name, `{ group: ${of}${spec} }`)

const versionOf = (controlPlane: Parameters<typeof live>[0], name: string) =>
  live(controlPlane, 'default', `configmap/${name}`).then(
    (object) => (object?.data as { version?: string })?.version,
  )

test('rings take a version one after the other, and a failing one goes no further', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'rings' })
  const canary = (version: string) => group('ra', version, '{ maxUnavailable: 1 }')
  const late = (version: string) =>
    group('rb', version, '{ maxUnavailable: 2, after: [{ group: ra, soak: 2s }] }')
  const names = ['ra-1', 'ra-2', 'rb-1', 'rb-2', 'rb-3', 'rb-4']
  await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': canary('1'),
    'groups/b.yaml': late('1'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, name.slice(0, 2))])),
  })
  await using reeve = fleet.run()
  for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
  await reeve.logged('in sync')
  await fleet.push({ 'groups/a.yaml': canary('2'), 'groups/b.yaml': late('2') })
  await liveWhen(controlPlane, 'default', 'configmap/ra-2', isAt('2'))
  t.is(await versionOf(controlPlane, 'rb-1'), '1')
  for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('2'))
  await fleet.push({ 'groups/a.yaml': canary('bad'), 'groups/b.yaml': late('bad') })
  await liveWhen(controlPlane, 'default', 'configmap/ra-1', isAt('bad'))
  await fleet.recorded('ra-1', ({ state }) => state === 'degraded')
  // A customer's own setting goes live at once meanwhile, with the proven version.
  await fleet.push({ 'fleet/rb-2.yaml': member('rb-2', 'rb', ', values: { color: blue }') })
  const changed = await liveWhen(
    controlPlane,
    'default',
    'configmap/rb-2',
    (object) => (object.data as { color?: string }).color === 'blue',
  )
  t.is((changed.data as { version?: string }).version, '2')
  await fleet.push({ 'fleet/rb-5.yaml': member('rb-5', 'rb') })
  await liveWhen(controlPlane, 'default', 'configmap/rb-5', isAt('2'))
  t.deepEqual(await Promise.all(['ra-2', 'rb-1'].map((name) => versionOf(controlPlane, name))), ['2', '2'])
})

function isAt(version: string) {
  return (object: LiveObject) => (object.data as { version?: string }).version === version
}
