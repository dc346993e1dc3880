import { sealed } from '../../helpers/sealed.ts'
import { AGE_KEY } from '../derived-secrets.ts'
import type { Files } from '../relatives/attack.ts'
import { configMap, installation, OWN, ofChart, ofManifests, yaml } from '../relatives/documents.ts'
import type { ChangeMeans, MakeChange } from './change.ts'

interface Planned extends ChangeMeans {
  readonly secret: string
}
type MakeFiles = (means: Planned) => Readonly<Record<string, string | undefined>> | Promise<Files>

/** Of configuration maps that the admission webhook of the tests never answers about. */
export const HANGS = 'hangs'

const CRD = 'apiextensions.k8s.io/v1'

function definition(scope: string): string {
  const names = { plural: 'widgets', singular: 'widget', kind: 'Widget' }
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return yaml({
    apiVersion: CRD,
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.evil.example' },
    spec: {
      group: 'evil.example',
      scope,
      names,
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  })
}

/** An object that the API server refuses with a message that quotes the secret. */
function quoted(what: string, object: (means: Planned) => object, key: string): readonly [string, MakeFiles] {
  const make: MakeFiles = async (means) => ({
    [`${means.name}/reeve.yaml`]: installation(means.name),
    [`${means.name}/a.yaml`]: await sealed(JSON.parse(JSON.stringify(object(means))), AGE_KEY, key),
  })
  return [`a refusal that quotes a secret as ${what}`, make]
}

const WAYS: readonly (readonly [title: string, make: MakeFiles])[] = [
  [
    'the scope of a definition',
    ({ name }) => ofManifests(name, definition('Namespaced') + definition('Cluster')),
  ],
  [
    'a definition of a kind that is there',
    ({ name }) =>
      ofManifests(
        name,
        definition('Cluster').replaceAll('widget', 'configmap').replaceAll('Widget', 'ConfigMap'),
      ),
  ],
  [
    'the objects of another installation',
    ({ name }) =>
      ofManifests(name, configMap('neighbour').replace('"name":', '"namespace":"neighbour","name":')),
  ],
  [
    'all objects of others',
    ({ name }) =>
      ofManifests(name, Array.from({ length: 20 }, (_, at) => configMap(`of-member-${at}`)).join('---\n')),
  ],
  [
    'an installation of another name',
    ({ files }) => ({ 'grouped/members.yaml': undefined, 'x/members.yaml': files['grouped/members.yaml'] }),
  ],
  [
    'the account of another',
    ({ name }) => ({
      [`${name}/reeve.yaml`]: installation(name, {
        serviceAccountName: 'neighbour/neighbour',
        namespace: 'neighbour',
      }),
      [`${name}/a.yaml`]: configMap('theirs'),
    }),
  ],
  [
    '100,000 documents',
    ({ name }) => ofManifests(name, '---\n'.repeat(1) + `${configMap('many')}---\n`.repeat(40_000)),
  ],
  ['100,000 empty documents', ({ name }) => ofManifests(name, '---\n'.repeat(100_000))],
  [
    '20,000 objects',
    ({ name }) =>
      ofManifests(name, Array.from({ length: 20_000 }, (_, at) => configMap(`o-${at}`)).join('---\n')),
  ],
  [
    '5,000 installations',
    ({ name }) => ({
      [`${name}/more.yaml`]: Array.from({ length: 5_000 }, (_, at) =>
        installation(`${name}-${at}`, { template: { path: 'templates/grouped' } }),
      ).join('---\n'),
    }),
  ],
  [
    'a template that multiplies',
    ({ name }) =>
      ofChart(
        name,
        '{{ range until 3000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "m-{{ . }}"}\ndata: {a: {{ repeat 1000 "x" }}}\n{{ end }}',
      ),
  ],
  [
    'a template that never ends',
    ({ name }) =>
      ofChart(
        name,
        '{{ range until 1000000 }}{{ range until 1000000 }}{{ sha256sum "x" }}{{ end }}{{ end }}',
      ),
  ],
  ['a template of everybody', () => ({ 'templates/grouped/a.yaml': configMap('of-all') })],
  ['a template of everybody that fails', () => ({ 'templates/grouped/a.yaml': 'a: [' })],
  [
    'a group that everybody is in',
    ({ name }) => ({
      [`${name}/group.yaml`]: yaml({
        apiVersion: 'reeve.dev/v1alpha1',
        kind: 'InstallationGroup',
        metadata: { name },
        spec: { ...OWN, selector: {} },
      }),
    }),
  ],
  [
    'a chart that looks up a Secret',
    ({ name }) =>
      ofChart(
        name,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: looked}\ndata: {a: {{ (lookup "v1" "Secret" "acme" "canary").data.a | b64dec | quote }}}\n',
      ),
  ],
  [
    'a chart that looks up the secrets of others',
    ({ name }) =>
      ofChart(name, '{{ range (lookup "v1" "Secret" "" "").items }}{{ fail (toJson .) }}{{ end }}'),
  ],
  [
    'an encrypted file at another path',
    ({ files, name }) => ({
      'vault/a.yaml': undefined,
      [`${name}/moved.yaml`]: files['vault/a.yaml'],
      [`${name}/reeve.yaml`]: installation(name),
    }),
  ],
  [
    'an encrypted file of another installation',
    ({ files, name }) => ({ ...ofManifests(name, files['vault/a.yaml'] ?? '') }),
  ],
  [
    'an encrypted file that is no Secret',
    ({ files, name }) => ofManifests(name, (files['vault/a.yaml'] ?? '').replace('"Secret"', '"ConfigMap"')),
  ],
  [
    'an encrypted file of other names',
    ({ files, name }) => ofManifests(name, (files['vault/a.yaml'] ?? '').replaceAll('stringData', 'data')),
  ],
  [
    'an encrypted file as values',
    ({ files, name }) => ({
      ...ofChart(
        name,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: leak}\ndata: {a: {{ toJson .Values | quote }}}\n',
        { valuesFiles: [{ path: `${name}/values.yaml` }] },
      ),
      [`${name}/values.yaml`]: files['vault/a.yaml'] ?? '',
    }),
  ],
  [
    'an encrypted file in an overlay',
    ({ files, name }) => ({
      [`${name}/reeve.yaml`]: installation(name, { template: { path: `templates/${name}` } }),
      [`templates/${name}/kustomization.yaml`]:
        'resources: [a.yaml]\nconfigMapGenerator: [{name: leak, files: [a.yaml]}]\n',
      [`templates/${name}/a.yaml`]: files['vault/a.yaml'] ?? '',
    }),
  ],
  [
    'a value in the clear that was encrypted',
    ({ secret }) => ({
      'vault/a.yaml': yaml({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'vault' },
        stringData: { a: `${secret.length}` },
      }),
    }),
  ],
  quoted(
    'a type',
    ({ secret }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'quoted' },
      spec: { type: secret, ports: [{ port: 80 }] },
    }),
    'type',
  ),
  quoted(
    'a label',
    ({ secret }) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'quoted', labels: { a: `${secret}!` } },
    }),
    'a',
  ),
  quoted(
    'the address of a service',
    ({ secret }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'quoted' },
      spec: { clusterIP: secret, ports: [{ port: 80 }] },
    }),
    'clusterIP',
  ),
  quoted(
    'an image pull policy',
    ({ secret }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'quoted' },
      spec: { containers: [{ name: 'a', image: 'a', imagePullPolicy: secret }] },
    }),
    'imagePullPolicy',
  ),
  [
    'objects that admission never answers about',
    ({ name }) =>
      ofManifests(
        name,
        Array.from({ length: 40 }, (_, at) =>
          yaml({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: `hang-${at}`, labels: { [HANGS]: 'yes' } },
          }),
        ).join('---\n'),
      ),
  ],
  [
    'a text of 500,000 changed lines',
    ({ name }) =>
      ofManifests(
        name,
        configMap('long', { data: { a: Array.from({ length: 300_000 }, (_, at) => `${at}`).join('\n') } }),
      ),
  ],
]

/** Changes that are hostile to what plans them. */
export const plannings = (secret: string): readonly MakeChange[] =>
  WAYS.map(([title, make]) => async (_, means) => {
    const { objects, files, from } = means
    const all = { ...files, ...(await make({ ...means, secret })) }
    const there = Object.entries(all).flatMap(([path, text]) =>
      text === undefined ? [] : [[path, text] as const],
    )
    return { title, head: objects.commit(objects.treeOf(Object.fromEntries(there)), [from]) }
  })
