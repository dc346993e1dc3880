import type { FaultCode } from '../../../src/model/fault-table.ts'
import type { Random } from '../../helpers/random.ts'
import { type Attack, type Family, type Files, type Means, pickWay, type Ways } from './attack.ts'
import { group, installation, OWN, ofChart, ofManifests, ofTemplate, yaml } from './documents.ts'

type Metadata = Readonly<Record<string, unknown>>
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
}

const REFUSED: readonly FaultCode[] = [
  'account-forbidden',
  'forbidden',
  'not-allowed',
  'privilege-escalation',
  'impersonation-forbidden',
  'service-account-not-allowed',
]
/** A name of an account that is none may be refused as the text that it is. */
const ACCOUNT_REFUSED: readonly FaultCode[] = [
  ...REFUSED,
  'bad-document',
  'invalid-name',
  'bad-reference',
  'no-service-account',
  'service-account-of-group',
]

const RBAC = 'rbac.authorization.k8s.io/v1'
const all = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }
const subjects = [{ kind: 'ServiceAccount', name: 'acme', namespace: 'acme' }]
const labels = { app: 'reached' }
const containers = [{ name: 'web', image: 'web:1' }]
const pod = { metadata: { labels }, spec: { containers } }
const job = { template: { spec: { containers, restartPolicy: 'Never' } } }

const NAMESPACED: readonly (readonly [apiVersion: string, kind: string, more: object])[] = [
  ['v1', 'ConfigMap', { data: { a: '1' } }],
  ['v1', 'Secret', { stringData: { a: '1' } }],
  ['v1', 'ServiceAccount', {}],
  ['v1', 'Service', { spec: { ports: [{ port: 80 }] } }],
  ['apps/v1', 'Deployment', { spec: { selector: { matchLabels: labels }, template: pod } }],
  ['apps/v1', 'DaemonSet', { spec: { selector: { matchLabels: labels }, template: pod } }],
  ['batch/v1', 'Job', { spec: job }],
  ['batch/v1', 'CronJob', { spec: { schedule: '* * * * *', jobTemplate: { spec: job } } }],
  ['networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {} } }],
  [RBAC, 'Role', { rules: all }],
  [RBAC, 'RoleBinding', { roleRef, subjects }],
]
const CLUSTER_WIDE: readonly (readonly [apiVersion: string, kind: string, more: object])[] = [
  ['v1', 'Namespace', {}],
  [RBAC, 'ClusterRole', { rules: all }],
  [RBAC, 'ClusterRoleBinding', { roleRef, subjects }],
]
const FOREIGN = ['other', 'neighbour', 'default', 'kube-system', 'kube-public', 'reeve-system']
const ACCOUNTS = [
  'other/other',
  'reeve-system/reeve',
  'kube-system/generic-garbage-collector',
  'acme/default',
  'acme/acme2',
  'ACME/ACME',
  'acme/*',
  '*',
  '*/*',
  'acme/acme/acme',
  '../reeve-system/reeve',
  'acme/../reeve-system/reeve',
  'system:serviceaccount:reeve-system:reeve',
  'system:masters',
  ' acme/acme',
  'acme/acme\n',
  '${installation.name}',
  'acme%2Facme',
  '/acme',
  'acme/',
]

/** How an object gets into an installation. */
const WRAPPINGS: Readonly<Record<string, (manifest: Manifest, name: string, random: Random) => Files>> = {
  plainly: (manifest, name) => ofManifests(name, yaml(manifest)),
  'as JSON': (manifest, name) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/a.json`]: yaml(manifest),
  }),
  'in a List': (manifest, name) =>
    ofManifests(name, yaml({ apiVersion: 'v1', kind: 'List', items: [manifest] })),
  'behind a thousand harmless documents': (manifest, name) =>
    ofManifests(name, `${'---\n'.repeat(1000)}---\n${yaml(manifest)}`),
  'as one that is adopted': ({ metadata, ...manifest }, name) =>
    ofManifests(
      name,
      yaml({ ...manifest, metadata: { ...metadata, annotations: { 'reeve.dev/adopt': 'true' } } }),
    ),
  'by references to values': (manifest, name) => {
    const { namespace } = manifest.metadata
    const metadata = { ...manifest.metadata, ...(namespace !== undefined && { namespace: '${values.at}' }) }
    return ofTemplate(name, yaml({ ...manifest, metadata }), { values: { at: namespace ?? 'none' } })
  },
  'by a chart': (manifest, name, random) => {
    const text = yaml(manifest)
    const cut = random.between(1, text.length - 1)
    return ofChart(name, '{{ .Values.a }}{{ .Values.b }}', {
      values: { a: text.slice(0, cut), b: text.slice(cut) },
    })
  },
  'by a hook of a chart': ({ metadata, ...manifest }, name, random) => {
    const hook = random.pick(['pre-install', 'post-install', 'pre-upgrade,pre-install'])
    const annotations = { 'helm.sh/hook': hook }
    return ofChart(name, yaml({ ...manifest, metadata: { ...metadata, annotations } }))
  },
  'by an overlay': (manifest, name) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/kustomization.yaml`]: yaml({ resources: ['a.yaml'] }),
    [`${name}/a.yaml`]: yaml(manifest),
  }),
  'by a patch of an overlay': (manifest, name) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/kustomization.yaml`]: yaml({
      resources: ['a.yaml'],
      patches: [
        {
          target: { kind: manifest.kind },
          patch: JSON.stringify(
            manifest.metadata.namespace === undefined
              ? [{ op: 'add', path: '/metadata/labels', value: labels }]
              : [{ op: 'replace', path: '/metadata/namespace', value: manifest.metadata.namespace }],
          ),
        },
      ],
    }),
    [`${name}/a.yaml`]: yaml({
      ...manifest,
      metadata: {
        ...manifest.metadata,
        ...(manifest.metadata.namespace !== undefined && { namespace: 'acme' }),
      },
    }),
  }),
  'by one of several templates': (manifest, name) => ({
    [`${name}/reeve.yaml`]: installation(name, {
      templates: [{ path: `templates/${name}/one` }, { name: 'two', path: `templates/${name}/two` }],
    }),
    [`templates/${name}/one/a.yaml`]: yaml(manifest),
    [`templates/${name}/two/a.yaml`]: yaml({ ...manifest, metadata: { ...manifest.metadata, name: 'two' } }),
  }),
}

/** How a namespace is given to objects that name none. */
const INHERITANCES: Readonly<Record<string, (manifest: string, name: string, to: string) => Files>> = {
  'that the installation says': (manifest, name, to) => ofManifests(name, manifest, { namespace: to }),
  'that the group says': (manifest, name, to) => ({
    [`${name}/reeve.yaml`]: yaml({
      apiVersion: 'reeve.dev/v1alpha1',
      kind: 'Installation',
      metadata: { name },
      spec: { group: `group-${name}` },
    }),
    [`${name}/group.yaml`]: group(`group-${name}`, { ...OWN, namespace: to }),
    [`${name}/a.yaml`]: manifest,
  }),
  'that the group says, by a reference': (manifest, name, to) => ({
    [`${name}/reeve.yaml`]: installation(name, { namespace: undefined }, { labels: { at: to } }),
    [`${name}/group.yaml`]: group(`group-${name}`, {
      members: [name],
      namespace: '${installation.labels.at}',
    }),
    [`${name}/a.yaml`]: manifest,
  }),
  'that an overlay says': (manifest, name, to) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/kustomization.yaml`]: yaml({ namespace: to, resources: ['a.yaml'] }),
    [`${name}/a.yaml`]: manifest,
  }),
}

const WAYS: Ways<Omit<Attack, 'title'> & { readonly title: string }> = {
  'an object elsewhere': (random, means) => elsewhere(random, means),
  'an object elsewhere, in another way': (random, means) => elsewhere(random, means),
  'an object of the cluster': (random, { name }) => {
    const [apiVersion, kind, more] = random.pick(CLUSTER_WIDE)
    const manifest = { apiVersion, kind, metadata: { name: `of-${name}` }, ...more }
    const [how, files] = random.pick(Object.entries(WRAPPINGS))
    return refused(`a ${kind} ${how}`, files(manifest, name, random), kind, 'default', name)
  },
  'an inherited namespace': (random, { name }) => {
    const to = random.pick(FOREIGN)
    const manifest = yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `of-${name}` } })
    const [how, files] = random.pick(Object.entries(INHERITANCES))
    return refused(`the namespace ${to} ${how}`, files(manifest, name, to), 'ConfigMap', to, name)
  },
  'another account': (random, { name }) => {
    const serviceAccountName = random.pick(ACCOUNTS)
    const to = random.pick(['acme', ...FOREIGN])
    const manifest = yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `of-${name}` } })
    const files = ofManifests(name, manifest, { serviceAccountName, namespace: to })
    const title = `the account ${JSON.stringify(serviceAccountName)} in ${to}`
    return { ...refused(title, files, 'ConfigMap', to, name), codes: ACCOUNT_REFUSED }
  },
  'a looked-up Secret': (random, { name }) => {
    const from = random.pick(['other', 'kube-system', 'reeve-system'])
    const what = random.pick(['"canary"', '""'])
    const data = `{{ lookup "v1" "Secret" "${from}" ${what} | toJson | quote }}`
    const template = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-${name}}\ndata: {a: ${data}}\n`
    const title = `Secrets of ${from} that a chart looks up`
    return {
      ...refused(title, ofChart(name, template), 'ConfigMap', 'acme', name),
      codes: ['render-unavailable', 'secret-lookup', 'lookup-not-allowed', 'chart-failed'],
    }
  },
}

/** Objects beyond what the account of the attacker may write. */
export const escapes: Family = (random, means) => {
  const [, make] = pickWay(random, WAYS)
  return make(random, means)
}

function elsewhere(random: Random, { name }: Means): Attack {
  const [apiVersion, kind, more] = random.pick(NAMESPACED)
  const namespace = random.pick(FOREIGN)
  const manifest = { apiVersion, kind, metadata: { name: `of-${name}`, namespace }, ...more }
  const [how, files] = random.pick(Object.entries(WRAPPINGS))
  return refused(`a ${kind} in ${namespace} ${how}`, files(manifest, name, random), kind, namespace, name)
}

function refused(title: string, files: Files, kind: string, namespace: string, name: string): Attack {
  return { title, files, codes: REFUSED, target: [namespace, `${kind.toLowerCase()}/of-${name}`] }
}
