import test from 'ava'
import { inApplyOrder, inDeleteOrder, stageOf } from '../../../src/stages/plan/order.ts'

function item(group: string, kind: string, name = '') {
  return { key: { group, kind, namespace: '', name } }
}

const mixed = [
  item('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration'),
  item('apps', 'Deployment'),
  item('', 'ConfigMap', 'one'),
  item('example.com', 'Thing'),
  item('', 'ConfigMap', 'two'),
  item('apiextensions.k8s.io', 'CustomResourceDefinition'),
  item('', 'Namespace'),
]

test('namespaces come first, then definitions, everything else, workloads, admission last', (t) => {
  t.deepEqual(
    inApplyOrder(mixed).map(({ key }) => key.kind + key.name),
    [
      'Namespace',
      'CustomResourceDefinition',
      'ConfigMapone',
      'Thing',
      'ConfigMaptwo',
      'Deployment',
      'ValidatingWebhookConfiguration',
    ],
  )
})

test('deletion is the reverse', (t) => {
  t.deepEqual(inDeleteOrder(mixed), inApplyOrder(mixed).reverse())
})

test('a kind of the same name in another group is an ordinary resource', (t) => {
  t.is(stageOf({ group: '', kind: 'Namespace' }), 'namespaces')
  t.is(stageOf({ group: 'example.com', kind: 'Namespace' }), 'resources')
})
