import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { OpenApi } from '../../../src/adapters/cluster/open-api.ts'
import { plainDiscovery } from '../../../src/adapters/cluster/plain-discovery.ts'
import type { Resource } from '../../../src/model/schema.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest({}, ({ kubeconfig }) => {
  let requests = 0
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig), { onExchange: () => requests++ })
  return { client, requests: () => requests }
})

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

const crd = (kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.example.com` },
  spec: {
    group: 'example.com',
    names: { kind, plural: `${kind.toLowerCase()}s` },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
})

const describe = ({ group, version, kind, plural, namespaced, verbs }: Resource) =>
  `${group}/${version} ${kind} ${plural} ${namespaced} ${[...verbs].sort()}`

test.serial('two requests find all kinds, with their scope, plural and verbs', async (t) => {
  const before = t.context.requests()
  const kinds = await new Discovery(t.context.client).kinds()
  t.is(t.context.requests() - before, 2)
  t.like(kinds.resource({ group: 'apps', version: 'v1', kind: 'Deployment' }), {
    plural: 'deployments',
    namespaced: true,
  })
  t.like(kinds.preferred('', 'Namespace'), { version: 'v1', plural: 'namespaces', namespaced: false })
  t.is(kinds.preferred('autoscaling', 'HorizontalPodAutoscaler')?.version, 'v2')
  t.is(
    kinds.resource({ group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler' })?.version,
    'v1',
  )
  t.is(kinds.resource({ group: 'extensions', version: 'v1beta1', kind: 'Deployment' }), undefined)
  t.false(kinds.all().some(({ plural }) => plural.includes('/')))
  t.deepEqual(kinds.unavailable, [])
})

test.serial(
  'an API server that cannot aggregate is asked group by group, with the same result',
  async (t) => {
    const { client } = t.context
    const answers = await Promise.all(['/api', '/apis'].map((path) => client.raw('GET', path)))
    const plain = await Promise.all(answers.map(({ body }) => plainDiscovery(client, body)))
    const aggregated = await new Discovery(client).kinds()
    t.deepEqual(
      plain.flatMap(({ resources }) => resources.map(describe)).sort(),
      aggregated.all().map(describe).sort(),
    )
  },
)

test.serial('what was found is kept until it is asked for again', async (t) => {
  const { client, controlPlane, requests } = t.context
  const discovery = new Discovery(client)
  t.is((await discovery.kinds()).preferred('example.com', 'App'), undefined)
  await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(crd('App')) })
  const before = requests()
  t.is((await discovery.kinds()).preferred('example.com', 'App'), undefined)
  t.is(requests(), before)
  const found = await until('the new kind', async () =>
    (await discovery.refresh()).preferred('example.com', 'App'),
  )
  t.like(found, { version: 'v1', plural: 'apps', namespaced: true })
})

test.serial('an aggregated API whose server is down is named; all else is there', async (t) => {
  const { client, controlPlane } = t.context
  const apiService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.down.example.com' },
    spec: {
      group: 'down.example.com',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      service: { namespace: 'default', name: 'nobody' },
    },
  }
  await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(apiService) })
  const discovery = new Discovery(client)
  const kinds = await until('the group that is down', async () => {
    const found = await discovery.refresh()
    return found.unavailable.length > 0 && found
  })
  t.deepEqual(kinds.unavailable, ['down.example.com/v1'])
  t.truthy(kinds.preferred('', 'ConfigMap'))
})

test.serial(
  'an OpenAPI document is found by group version, and asked for once while somebody holds it',
  async (t) => {
    const { client, requests } = t.context
    const api = new OpenApi(client)
    const apps = await api.document('apps/v1')
    t.regex(apps?.url ?? '', /hash=/)
    t.truthy(apps?.document.components)
    const before = requests()
    t.is((await api.document('apps/v1'))?.document, apps?.document)
    t.is(requests(), before)
    t.truthy((await api.document('v1'))?.document.components)
    t.is(await api.document('nowhere.example.com/v1'), undefined)
  },
)

test.serial("a CRD's document has another address when the CRD changes", async (t) => {
  const { client, controlPlane } = t.context
  const api = new OpenApi(client)
  await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(crd('Widget')) })
  const look = async (differs: string | undefined) => {
    api.refresh()
    const document = await api.document('example.com/v1')
    const hasWidget = JSON.stringify(document?.document ?? '').includes('"Widget"')
    return hasWidget && document?.url !== differs && document
  }
  const first = await until('the document', () => look(undefined))
  await controlPlane.kubectl(['label', 'crd', 'widgets.example.com', 'a=b'])
  const column =
    '[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/description","value":"changed"}]'
  await controlPlane.kubectl(['patch', 'crd', 'widgets.example.com', '--type=json', '-p', column])
  const second = await until('the changed document', () => look(first.url))
  t.regex(JSON.stringify(second.document), /changed/)
})

test.serial('a document that changed after the index was read is found all the same', async (t) => {
  const { client, controlPlane } = t.context
  await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(crd('Gadget')) })
  const api = new OpenApi(client)
  const old = await until('the document', () => new OpenApi(client).url('example.com/v1'))
  await api.url('example.com/v1')
  await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(crd('Sprocket')) })
  await until('another address', async () => {
    const fresh = await new OpenApi(client).url('example.com/v1')
    return fresh !== undefined && fresh !== old
  })
  const found = await until('the new kind in it', async () => {
    const document = await api.document('example.com/v1')
    return JSON.stringify(document?.document).includes('Sprocket') && document
  })
  t.not(found.url, old)
})
