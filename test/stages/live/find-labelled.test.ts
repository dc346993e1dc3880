import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { findLabelled } from '../../../src/stages/live/find-labelled.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'

const test = controlPlaneTest({}, ({ kubeconfig }) => ({
  client: new ClusterClient(() => loadKubeConfig(kubeconfig)),
}))

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

const object = (apiVersion: string, kind: string, repository: string, applied = true) => ({
  apiVersion,
  kind,
  metadata: {
    name: `${kind.toLowerCase()}-${repository}-${applied}`,
    namespace: 'default',
    labels: { 'reeve.dev/repository': repository },
    ...(applied && { annotations: { 'reeve.dev/applied': 'c.d' } }),
  },
})

test('the kinds that hold objects of the Repository are found, and no others', async (t) => {
  const { controlPlane, client } = t.context
  const items = [
    object('v1', 'ConfigMap', 'ours'),
    object('v1', 'Secret', 'theirs'),
    object('v1', 'ServiceAccount', 'ours'),
    // As the endpoint slice controller makes them: with the Service's labels, not its annotations.
    { ...object('discovery.k8s.io/v1', 'EndpointSlice', 'ours', false), addressType: 'IPv4', endpoints: [] },
    object('v1', 'ServiceAccount', 'ours', false),
    {
      ...object('autoscaling/v2', 'HorizontalPodAutoscaler', 'ours'),
      spec: { maxReplicas: 1, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } },
    },
  ]
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  t.is((await controlPlane.kubectl(['create', '-f', '-'], { input })).stderr, '')
  const kinds = await new Discovery(client).kinds()
  const found = await findLabelled(client, kinds, 'reeve.dev/repository=ours')
  t.true(found.isComplete)
  t.deepEqual(found.kinds.map(({ group, version, kind }) => [group, version, kind]).sort(), [
    ['', 'v1', 'ConfigMap'],
    ['', 'v1', 'ServiceAccount'],
    ['autoscaling', 'v2', 'HorizontalPodAutoscaler'],
  ])
})

test('credentials that are not accepted do not mean that there is nothing', async (t) => {
  const { controlPlane, client } = t.context
  const kinds = await new Discovery(client).kinds()
  const stranger = new ClusterClient(async () => {
    const config = await loadKubeConfig(controlPlane.kubeconfig)
    config.users = config.users.map(({ name }) => ({ name, token: 'expired' }))
    return config
  })
  t.teardown(() => stranger[Symbol.asyncDispose]())
  const error = await t.throwsAsync(findLabelled(stranger, kinds, 'reeve.dev/repository=ours'))
  t.like(error, { name: 'ApiError', code: 401 })
})
