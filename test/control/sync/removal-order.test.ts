import test from 'ava'
import { comparePlaces, placesOf } from '../../../src/control/sync/removal-order.ts'
import type { LiveObject } from '../../../src/model/object.ts'

interface Given {
  readonly namespace?: string
  readonly wave?: number
  readonly spec?: { readonly group: string; readonly names: { readonly kind: string } }
}

function object(
  apiVersion: string,
  kind: string,
  name: string,
  { namespace, wave, spec }: Given = {},
): LiveObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      ...(namespace && { namespace }),
      ...(wave !== undefined && { annotations: { 'reeve.dev/wave': String(wave) } }),
    },
    ...(spec && { spec }),
  }
}

function order(objects: readonly LiveObject[]): string[][] {
  const places = [...placesOf(objects)].sort(([, one], [, other]) => comparePlaces(one, other))
  const steps = Map.groupBy(places, ([, { wave, rank }]) => `${wave} ${rank}`)
  return [...steps.values()].map((step) => step.map(([{ metadata }]) => metadata.name))
}

test('kinds go in the order of their removal', (t) => {
  const objects = [
    object('v1', 'Namespace', 'namespace'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'definition'),
    object('rbac.authorization.k8s.io/v1', 'Role', 'role'),
    object('apps/v1', 'Deployment', 'operator'),
    object('apiregistration.k8s.io/v1', 'APIService', 'api'),
    object('e2e.dev/v1', 'Widget', 'widget'),
    object('gateway.networking.k8s.io/v1', 'Gateway', 'gateway'),
    object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'webhook'),
    object('reeve.dev/v1alpha1', 'Installation', 'installation'),
  ]
  t.deepEqual(order(objects), [
    ['webhook'],
    ['widget', 'gateway'],
    ['api'],
    ['operator'],
    ['role'],
    ['definition'],
    ['namespace'],
    ['installation'],
  ])
})

test('higher waves go first, whatever the kinds, and before them what may refuse deletions', (t) => {
  const objects = [
    object('e2e.dev/v1', 'Widget', 'first', { wave: -1 }),
    object('v1', 'ConfigMap', 'second'),
    object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'webhook', { wave: -9 }),
    object('apps/v1', 'Deployment', 'third', { wave: 5 }),
  ]
  t.deepEqual(order(objects), [['webhook'], ['third'], ['second'], ['first']])
})

test('a namespace and a definition go after what they contain, whatever their waves', (t) => {
  const spec = { group: 'e2e.dev', names: { kind: 'Widget' } }
  const objects = [
    object('v1', 'Namespace', 'home'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'definition', { spec }),
    object('v1', 'ConfigMap', 'early', { namespace: 'home', wave: -5 }),
    object('e2e.dev/v1', 'Widget', 'widget', { namespace: 'elsewhere', wave: -3 }),
    object('v1', 'ConfigMap', 'other'),
  ]
  t.deepEqual(order(objects), [['other'], ['widget'], ['definition'], ['early'], ['home']])
})
