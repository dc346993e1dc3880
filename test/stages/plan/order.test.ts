import test from 'ava'
import { inDeleteOrder, stageOf } from '../../../src/stages/plan/order.ts'

function item(group: string, kind: string, name = '') {
  return { key: { group, kind, namespace: '', name } }
}

const mixed = [
  item('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration'),
  item('apiregistration.k8s.io', 'APIService'),
  item('apps', 'Deployment'),
  item('', 'ConfigMap', 'one'),
  item('example.com', 'Thing'),
  item('', 'ConfigMap', 'two'),
  item('apiextensions.k8s.io', 'CustomResourceDefinition'),
  item('', 'Namespace'),
]

test('what was applied last is deleted first, but custom resources while their operator runs', (t) => {
  t.deepEqual(
    inDeleteOrder(mixed).map(({ key }) => key.kind + key.name),
    [
      'ValidatingWebhookConfiguration',
      'Thing',
      'APIService',
      'Deployment',
      'ConfigMaptwo',
      'ConfigMapone',
      'CustomResourceDefinition',
      'Namespace',
    ],
  )
})

test('a kind of the same name in another group is an ordinary resource', (t) => {
  t.is(stageOf({ group: '', kind: 'Namespace' }), 'namespaces')
  t.is(stageOf({ group: 'example.com', kind: 'Namespace' }), 'resources')
})
