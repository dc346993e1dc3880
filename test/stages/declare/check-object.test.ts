import test from 'ava'
import { checkObject } from '../../../src/stages/declare/check-object.ts'
import { parseYaml } from '../../../src/stages/declare/yaml/parse-yaml.ts'

function check(text: string) {
  return checkObject(parseYaml(text, 'f.yaml')[0]?.value ?? null, '')
}

/** `code pointer: details` of every defect. */
function defectsOf(text: string): string[] {
  const checked = check(text)
  if ('object' in checked) return []
  return checked.defects.map(({ code, pointer, details }) => `${code} ${pointer}: ${details}`)
}

const of = (type: string, metadata: string) => `{${type}, metadata: {${metadata}}}`
const configMap = (metadata: string) => of('apiVersion: v1, kind: ConfigMap', metadata)

const cases: readonly (readonly [text: string, ...defects: string[]])[] = [
  ['text', 'not-an-object : expected a mapping'],
  ['[]', 'not-an-object : expected a mapping'],
  [
    '{}',
    'missing-field /apiVersion: apiVersion is missing',
    'missing-field /kind: kind is missing',
    'missing-field /metadata: metadata is missing',
  ],
  [
    '{apiVersion: 1, kind: [], metadata: x}',
    'missing-field /apiVersion: apiVersion is not a string',
    'missing-field /kind: kind is not a string',
    'missing-field /metadata: metadata is not a mapping',
  ],
  [configMap(''), 'missing-field /metadata/name: metadata.name is missing'],
  [configMap('name: ""'), 'missing-field /metadata/name: metadata.name is missing'],
  [configMap('name: 12'), 'missing-field /metadata/name: metadata.name is not a string'],
  [configMap('name: yes'), 'missing-field /metadata/name: metadata.name is not a string'],
  [of('apiVersion: a/b/c, kind: X', 'name: x'), 'invalid-name /apiVersion: apiVersion "a/b/c"'],
  [of('apiVersion: v1, kind: a/b', 'name: x'), 'invalid-name /kind: kind "a/b"'],
  [of('apiVersion: ../v1, kind: X', 'name: x'), 'invalid-name /apiVersion: apiVersion "../v1"'],
  [configMap('generateName: x-'), 'generate-name /metadata/generateName: '],
  [configMap('name: Upper'), 'invalid-name /metadata/name: metadata.name "Upper"'],
  [configMap('name: a_b'), 'invalid-name /metadata/name: metadata.name "a_b"'],
  [configMap('name: ".."'), 'invalid-name /metadata/name: metadata.name ".."'],
  [configMap('name: a/b'), 'invalid-name /metadata/name: metadata.name "a/b"'],
  [configMap(`name: ${'a'.repeat(254)}`), `invalid-name /metadata/name: metadata.name "${'a'.repeat(80)}…"`],
  [of('apiVersion: v1, kind: Namespace', 'name: a.b'), 'invalid-name /metadata/name: metadata.name "a.b"'],
  [of('apiVersion: v1, kind: Service', 'name: a.b'), 'invalid-name /metadata/name: metadata.name "a.b"'],
  [
    of('apiVersion: rbac.authorization.k8s.io/v1, kind: Role', 'name: a/b'),
    'invalid-name /metadata/name: metadata.name "a/b"',
  ],
  [
    of('apiVersion: rbac.authorization.k8s.io/v1, kind: Role', 'name: a%2fb'),
    'invalid-name /metadata/name: metadata.name "a%2fb"',
  ],
  [
    of('apiVersion: example.com/v1, kind: Thing', 'name: "a:b"'),
    'invalid-name /metadata/name: metadata.name "a:b"',
  ],
  [configMap('name: x, namespace: A'), 'invalid-name /metadata/namespace: metadata.namespace "A"'],
  [configMap('name: x, namespace: 1'), 'invalid-name /metadata/namespace: metadata.namespace'],
  [configMap('name: x, labels: []'), 'invalid-metadata /metadata/labels: metadata.labels is not a mapping'],
  [
    configMap('name: x, labels: {a: 1, b: yes, c: ~, d: "-", /e: x, f g: x}, annotations: {h: 1}'),
    'invalid-metadata /metadata/labels/a: metadata.labels "a" is not a string',
    'invalid-metadata /metadata/labels/b: metadata.labels "b" is not a string',
    'invalid-metadata /metadata/labels/c: metadata.labels "c" is not a string',
    'invalid-metadata /metadata/labels/d: metadata.labels "d" has an invalid label value',
    'invalid-metadata /metadata/labels/~1e: metadata.labels "/e" is not a valid key',
    'invalid-metadata /metadata/labels/f g: metadata.labels "f g" is not a valid key',
    'invalid-metadata /metadata/annotations/h: metadata.annotations "h" is not a string',
  ],
  [
    configMap(
      'name: x, labels: {reeve.dev/installation: a, reeve.dev/repository: b}, annotations: {reeve.dev/applied: c}',
    ),
    'reserved-metadata /metadata/labels/reeve.dev~1installation: metadata.labels "reeve.dev/installation"',
    'reserved-metadata /metadata/labels/reeve.dev~1repository: metadata.labels "reeve.dev/repository"',
    'reserved-metadata /metadata/annotations/reeve.dev~1applied: metadata.annotations "reeve.dev/applied"',
  ],
  [
    of('apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization', ''),
    'document-of-kustomize /kind: Kustomization of kustomize.config.k8s.io/v1beta1',
  ],
  [
    of('apiVersion: kustomize.config.k8s.io/v1alpha1, kind: Component', 'name: x'),
    'document-of-kustomize /kind: Component of kustomize.config.k8s.io/v1alpha1',
  ],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n$patch: delete', 'patch /$patch: $patch'],
  [
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{name: a}, {name: b, $patch: delete}]}}}',
    'patch /spec/template/spec/containers/1/$patch: $patch',
  ],
  [
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {$setElementOrder/a~b: []}',
    'patch /data/$setElementOrder~1a~0b: $setElementOrder/a~b',
  ],
  ['[{op: remove, path: /data}]', 'patch : a list of JSON patch operations'],
  ['[{op: remove, path: /data}, text]', 'not-an-object : expected a mapping'],
  [
    of('apiVersion: reeve.dev/v1alpha1, kind: Installation', 'name: x'),
    'unknown-document /kind: Installation of reeve.dev/v1alpha1',
  ],
]

for (const [text, ...defects] of cases) {
  test(`the defects of ${text.slice(0, 120)}`, (t) => t.deepEqual(defectsOf(text), defects))
}

for (const text of [
  configMap('name: a.b-c.1'),
  of('apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole', 'name: "system:node:Übung x"'),
  of('apiVersion: networking.k8s.io/v1, kind: IPAddress', 'name: "2001:db8::1"'),
  of('apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization', 'name: x'),
  of('apiVersion: helm.cattle.io/v1, kind: HelmChart', 'name: x'),
  configMap('name: x, labels: {a: "", example.com/b_c.D: v1.2_X}, annotations: {Example.com/A: "any: text"}'),
  configMap('name: x, annotations: {reeve.dev/prune: "false", reeve.dev/adopt: "true"}'),
  configMap('name: x, generateName: x-'),
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {patch: "$patch: delete", $ref: a, $patches: b}',
]) {
  test(`no defects in ${text.slice(0, 120)}`, (t) => t.deepEqual(defectsOf(text), []))
}

test('status and the metadata that the server owns are no part of the object', (t) => {
  const checked = check(`
apiVersion: v1
kind: Pod
metadata:
  name: x
  namespace: ""
  labels:
  annotations: ~
  generateName: ""
  finalizers: [a/b]
  uid: u
  resourceVersion: "1"
  creationTimestamp: null
  generation: 2
  managedFields: []
  selfLink: /x
  deletionTimestamp: "2026-01-01T00:00:00Z"
spec: {status: kept}
status: {phase: Running}
`)
  t.is(
    JSON.stringify('object' in checked && checked.object),
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","finalizers":["a/b"]},"spec":{"status":"kept"}}',
  )
})

test('an object with nothing to leave out is not copied', (t) => {
  const [document] = parseYaml(configMap('name: x'), 'f.yaml')
  const checked = checkObject(document?.value ?? null, '')
  t.is('object' in checked && checked.object, document?.value as never)
})
