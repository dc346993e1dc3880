import test from 'ava'
import { withDeclaredCrds } from '../../../src/adapters/cluster/declared-crds.ts'
import { kindsOf } from '../../../src/adapters/cluster/kinds.ts'
import type { JsonValue } from '../../../src/model/json.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'

const crd = (spec: JsonValue): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'apps.example.com' },
  spec,
})

const version = (name: string, served = true) => ({ name, served, storage: false })
const names = { kind: 'App', plural: 'apps' }
const group = 'example.com'
const nothing = kindsOf([])

test('a declared kind is known before it is served', (t) => {
  const declared = crd({ group, names, scope: 'Namespaced', versions: [version('v1'), version('v0', false)] })
  const kinds = withDeclaredCrds(nothing, [declared])
  t.like(kinds.resource({ group, version: 'v1', kind: 'App' }), { plural: 'apps', namespaced: true })
  t.is(kinds.resource({ group, version: 'v0', kind: 'App' }), undefined)
  t.true(kinds.preferred(group, 'App')?.verbs.includes('patch'))
})

test('the preferred version is the most stable, then the newest', (t) => {
  const versions = ['v1alpha1', 'foo1', 'v1beta2', 'v2', 'v10', 'v11beta1'].map((name) => version(name))
  const kinds = withDeclaredCrds(nothing, [crd({ group, names, scope: 'Cluster', versions })])
  t.deepEqual(
    kinds.all().map((resource) => resource.version),
    ['v10', 'v2', 'v11beta1', 'v1beta2', 'v1alpha1', 'foo1'],
  )
  t.is(kinds.preferred(group, 'App')?.namespaced, false)
})

test('what the cluster serves already stays as it is', (t) => {
  const served = { group, version: 'v1', kind: 'App', plural: 'apps', namespaced: true, verbs: ['get'] }
  const declared = crd({ group, names, scope: 'Cluster', versions: [version('v1'), version('v2')] })
  const kinds = withDeclaredCrds(kindsOf([served]), [declared])
  t.is(kinds.resource({ group, version: 'v1', kind: 'App' }), served)
  t.is(kinds.preferred(group, 'App'), served)
  t.is(kinds.resource({ group, version: 'v2', kind: 'App' })?.namespaced, false)
})

const malformed: readonly JsonValue[] = [
  null,
  {},
  { group, names: [], versions: 1 },
  { group, names, versions: [null, {}] },
]
for (const spec of malformed) {
  test(`a malformed definition declares nothing: ${JSON.stringify(spec)}`, (t) => {
    t.deepEqual(withDeclaredCrds(nothing, [crd(spec)]).all(), [])
  })
}
