import type { JsonObject } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../../helpers/manifests.ts'

const test = controlPlaneTest()

test.serial(
  'a field that a rule ignores is set once and then left; whatever else drifts is put back',
  async (t) => {
    const { controlPlane } = t.context
    const rule = {
      kind: 'Deployment',
      fields: ['/spec/template/spec/containers/[name=web]/image', '/spec/paused'],
    }
    await using fleet = await startFleet(controlPlane, { name: 'ignored' })
    const files = (image: string, labels: JsonObject) => ({
      'acme/installation.yaml': installation(rule),
      'acme/all.yaml': documents(namespace('ignored'), web('ignored', image, labels)),
    })
    await fleet.push(files('web:1', { team: 'blue' }))
    await using reeve = fleet.run()
    await fleet.recorded('acme', () => true)
    t.is(imageOf(await liveWhen(controlPlane, 'ignored', 'deployment/web')), 'web:1')

    const container = { name: 'web', image: 'web:theirs' }
    const patch = {
      metadata: { labels: { team: 'red' } },
      spec: { template: { spec: { containers: [container] } } },
    }
    await kubectl(controlPlane, '-n', 'ignored', 'patch', 'deployment/web', '-p', JSON.stringify(patch))
    const healed = await reeve.logged('patched')
    t.deepEqual(healed.changes, [{ path: 'metadata.labels.team', before: 'red', after: 'blue' }])
    const explained = JSON.parse((await fleet.plan('--explain', '--output', 'json')).stdout)
    t.deepEqual(leftIn(explained, 'web'), [
      {
        path: 'spec.template.spec.containers[name=web].image',
        live: 'web:theirs',
        declared: 'web:1',
        reason: 'ignored',
        rule: '/spec/template/spec/containers/[name=web]/image',
      },
    ])

    const commit = await fleet.push(files('web:2', { team: 'blue' }), 'Only the image')
    await liveWhen(controlPlane, 'ignored', 'deployment/web', ({ metadata }) => isApplied(metadata, commit))
    await fleet.push(files('web:2', { team: 'green' }), 'Something else')
    const after = await liveWhen(
      controlPlane,
      'ignored',
      'deployment/web',
      ({ metadata }) => metadata.labels?.team === 'green',
    )
    t.is(imageOf(after), 'web:theirs')
    t.is((await fleet.plan()).code, 0)
  },
)

test.serial(
  'an object that is ignored as a whole is created, and created again, and otherwise left',
  async (t) => {
    const { controlPlane } = t.context
    const rule = { group: '', kind: 'ConfigMap', name: 'whole', fields: [''] }
    await using fleet = await startFleet(controlPlane, { name: 'whole' })
    const files = (value: string) => ({
      'acme/installation.yaml': installation(rule),
      'acme/all.yaml': documents(
        namespace('whole'),
        configMap('whole', 'whole', { a: value }),
        configMap('whole', 'beside', { a: value }),
      ),
    })
    await fleet.push(files('1'))
    await using reeve = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    const data = '{"data":{"a":"theirs","b":"theirs"}}'
    await kubectl(controlPlane, '-n', 'whole', 'patch', 'configmap/whole', '--type=merge', '-p', data)
    const commit = await fleet.push(files('2'))
    const whole = await liveWhen(controlPlane, 'whole', 'configmap/whole', ({ metadata }) =>
      isApplied(metadata, commit),
    )
    t.deepEqual(dataOf(whole), { a: 'theirs', b: 'theirs' })
    await liveWhen(controlPlane, 'whole', 'configmap/beside', (map) => dataOf(map).a === '2')
    await kubectl(controlPlane, '-n', 'whole', 'delete', 'configmap/whole')
    await reeve.logged('created', ({ reason }) => reason === 'drift')
    t.deepEqual(dataOf(await liveWhen(controlPlane, 'whole', 'configmap/whole')), { a: '2' })
  },
)

test.serial('what a field manager owns is left to it, and is asked for only once', async (t) => {
  const { controlPlane } = t.context
  const rule = { kind: 'ConfigMap', name: 'shared', managers: ['some-operator'] }
  await using fleet = await startFleet(controlPlane, { name: 'managed' })
  const files = (beside: string, b = '1') => ({
    'acme/installation.yaml': installation(rule),
    'acme/all.yaml': documents(
      namespace('managed'),
      configMap('managed', 'shared', { a: '1', b }),
      configMap('managed', 'beside', { a: beside }),
    ),
  })
  await fleet.push(files('1'))
  {
    await using reeve = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    let since = new Date()
    await change(controlPlane, 'shared', { a: 'operated' }, 'some-operator')
    await change(controlPlane, 'shared', { b: 'drifted' }, 'somebody')
    const healed = await reeve.logged('patched')
    t.deepEqual(healed.changes, [{ path: 'data.b', before: 'drifted', after: '1' }])
    t.deepEqual(dataOf(await live(controlPlane, 'managed', 'configmap/shared')), { a: 'operated', b: '1' })
    t.true((await requests(controlPlane, since)).includes('get shared'))

    since = new Date()
    const commit = await fleet.push(files('2'))
    await fleet.recorded('acme', (record) => record.commit === commit)
    t.deepEqual(await requests(controlPlane, since), ['patch beside'])

    since = new Date()
    const next = await fleet.push(files('2', '2'))
    await fleet.recorded('acme', (record) => record.commit === next)
    t.deepEqual(dataOf(await live(controlPlane, 'managed', 'configmap/shared')), { a: 'operated', b: '2' })
    t.deepEqual(await requests(controlPlane, since), ['get shared', 'patch shared'])
  }
  const since = new Date()
  t.is((await fleet.sync()).code, 0)
  t.false((await requests(controlPlane, since)).some((request) => !request.startsWith('get ')))
  const { stdout } = await fleet.plan('--explain')
  t.regex(stdout, /= data\.a: operated\n +Git says "1"; the field manager some-operator owns it\n/)

  await fleet.push({ 'acme/installation.yaml': installation({ kind: 'ConfigMap', fields: ['/data/b'] }) })
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(dataOf(await live(controlPlane, 'managed', 'configmap/shared')), { a: '1', b: '2' })
})

test.serial('what the API server makes of a declared value is told by plan --explain', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'settled' })
  // The server sets this label to the namespace's name, whatever is declared.
  const labels = { 'kubernetes.io/metadata.name': 'else' }
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'settled', labels } }
  await fleet.push({ 'acme/all.yaml': JSON.stringify(object) })
  t.is((await fleet.sync()).code, 0)
  const plan = JSON.parse((await fleet.plan('--explain', '--output', 'json')).stdout)
  t.deepEqual(leftIn(plan, 'settled'), [
    {
      path: 'metadata.labels["kubernetes.io/metadata.name"]',
      live: 'settled',
      declared: 'else',
      reason: 'controlled',
      by: 'the API server',
    },
  ])
})

function installation(...ignore: readonly JsonObject[]): string {
  const document = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name: 'acme' } }
  return `${JSON.stringify({ ...document, spec: { ignore } })}\n`
}

function web(inNamespace: string, image: string, labels: JsonObject): string {
  const object = JSON.parse(deployment(inNamespace, 'web', 2))
  object.metadata.labels = labels
  object.spec.template.spec.containers[0].image = image
  return `${JSON.stringify(object)}\n`
}

function imageOf({ spec }: LiveObject): string {
  const { template } = spec as unknown as {
    template: { spec: { containers: readonly { image: string }[] } }
  }
  return template.spec.containers[0]?.image ?? ''
}

function dataOf(object: LiveObject | undefined): Readonly<Record<string, string>> {
  return object?.data as unknown as Readonly<Record<string, string>>
}

function isApplied({ annotations }: LiveObject['metadata'], commit: string): boolean {
  return annotations?.['reeve.dev/applied']?.startsWith(`${commit}.`) === true
}

function change(
  controlPlane: ControlPlane,
  name: string,
  data: JsonObject,
  manager: string,
): Promise<string> {
  const patch = ['--type=merge', '-p', JSON.stringify({ data }), `--field-manager=${manager}`]
  return kubectl(controlPlane, '-n', 'managed', 'patch', `configmap/${name}`, ...patch)
}

/** What a plan document says is left of an object. */
function leftIn(
  plan: { installations: { objects: { name: string; left?: JsonObject[] }[] }[] },
  name: string,
) {
  return plan.installations.flatMap(({ objects }) => objects).find((object) => object.name === name)?.left
}

/** What Reeve asked of single ConfigMaps of the namespace, in order. */
async function requests(controlPlane: ControlPlane, since: Date): Promise<readonly string[]> {
  const all = await controlPlane.requests({ userAgent: 'reeve', since })
  const ours = all.filter(({ resource, namespace }) => resource === 'configmaps' && namespace === 'managed')
  return ours.flatMap(({ verb, name }) => (name === '' ? [] : [`${verb} ${name}`]))
}
