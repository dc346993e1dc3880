/** Files of the directory of one installation. */
type Files = Readonly<Record<string, string>>

/** A way to reach what the service account `acme`, limited to the namespace acme, may not reach. */
export interface Escape {
  readonly title: string
  /** Code of the fault that tells it. */
  readonly code: string
  /** What the message names: who refuses. */
  readonly by: RegExp
  /** Below the directory of its installation. */
  readonly files: Files
  /** `spec` of its Installation, by default as `acme`; the files are its template where it says so. */
  readonly spec?: object
  readonly isTemplate?: true
  /** What would be there if it worked, as kubectl names it. */
  readonly target?: readonly [namespace: string, what: string]
}

const ACCOUNT = /"system:serviceaccount:acme:acme" cannot/
const CONFIGURATION = /allow\.(?:protected|identities|kinds|namespaces)/

const yaml = (object: object) => `${JSON.stringify(object)}\n`
const object = (kind: string, namespace: string, more: object = {}, apiVersion = 'v1') =>
  yaml({ apiVersion, kind, metadata: { name: 'reached', namespace }, ...more })
const wide = (kind: string, apiVersion: string, more: object = {}, name = 'reached') =>
  yaml({ apiVersion, kind, metadata: { name }, ...more })

const RBAC = 'rbac.authorization.k8s.io'
const rbac = `${RBAC}/v1`
const clusterAdmin = { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' }
const self = [{ kind: 'ServiceAccount', name: 'acme', namespace: 'acme' }]
const all = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
const template = {
  metadata: { labels: { app: 'reached' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
}
const selector = { matchLabels: { app: 'reached' } }
const job = { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }
const webhook = {
  webhooks: [
    {
      name: 'a.example.dev',
      clientConfig: { url: 'https://example.dev' },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
    },
  ],
}

function elsewhere(kind: string, more: object, apiVersion?: string): Escape {
  return {
    title: `a ${kind} in another namespace`,
    code: 'account-forbidden',
    by: ACCOUNT,
    files: { 'a.yaml': object(kind, 'other', more, apiVersion) },
    target: ['other', `${kind.toLowerCase()}/reached`],
  }
}

function ofCluster(kind: string, apiVersion: string, more: object, name?: string): Escape {
  return {
    title: `a ${kind}`,
    code: 'account-forbidden',
    by: ACCOUNT,
    files: { 'a.yaml': wide(kind, apiVersion, more, name) },
    target: ['default', `${kind.toLowerCase()}/${name ?? 'reached'}`],
  }
}

function refused(title: string, file: string, target?: Escape['target']): Escape {
  return {
    title,
    code: 'not-allowed',
    by: CONFIGURATION,
    files: { 'a.yaml': file },
    ...(target && { target }),
  }
}

/** Escapes by a document: the ConfigMap is in the namespace that the document is to reach. */
function asAnother(title: string, code: string, by: RegExp, spec: object, namespace = 'other'): Escape {
  return {
    title,
    code,
    by,
    spec,
    files: { 'a.yaml': object('ConfigMap', namespace, { data: { a: '1' } }) },
    target: [namespace, 'configmap/reached'],
  }
}

export const ESCAPES: readonly Escape[] = [
  elsewhere('ConfigMap', { data: { a: '1' } }),
  elsewhere('Secret', { stringData: { a: '1' } }),
  elsewhere('ServiceAccount', {}),
  elsewhere('Service', { spec: { ports: [{ port: 80 }] } }),
  elsewhere('Deployment', { spec: { selector, template } }, 'apps/v1'),
  elsewhere('Job', job, 'batch/v1'),
  elsewhere('NetworkPolicy', { spec: { podSelector: {} } }, 'networking.k8s.io/v1'),
  elsewhere('RoleBinding', { roleRef: clusterAdmin, subjects: self }, rbac),
  elsewhere('Role', { rules: all }, rbac),
  ofCluster('Namespace', 'v1', {}),
  ofCluster('Node', 'v1', {}),
  ofCluster('PersistentVolume', 'v1', {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/' } },
  }),
  ofCluster('ClusterRole', rbac, { rules: all }),
  ofCluster('ClusterRoleBinding', rbac, { roleRef: clusterAdmin, subjects: self }),
  ofCluster('StorageClass', 'storage.k8s.io/v1', { provisioner: 'example.dev/none' }),
  ofCluster('PriorityClass', 'scheduling.k8s.io/v1', { value: 1 }),
  ofCluster('ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', webhook),
  ofCluster('MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', webhook),
  ofCluster(
    'APIService',
    'apiregistration.k8s.io/v1',
    {
      spec: {
        group: 'reached.dev',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 1,
        service: { name: 'reached', namespace: 'acme' },
      },
    },
    'v1.reached.dev',
  ),
  {
    title: 'a quota of its own namespace, which the account may not change',
    code: 'account-forbidden',
    by: ACCOUNT,
    files: { 'a.yaml': object('ResourceQuota', 'acme', { spec: { hard: { pods: '1000' } } }) },
    target: ['acme', 'resourcequota/reached'],
  },
  {
    title: 'a binding of cluster-admin in its own namespace',
    code: 'privilege-escalation',
    by: /"system:serviceaccount:acme:acme"/,
    files: { 'a.yaml': object('RoleBinding', 'acme', { roleRef: clusterAdmin, subjects: self }, rbac) },
    target: ['acme', 'rolebinding/reached'],
  },
  {
    title: 'a Role with every right in its own namespace',
    code: 'privilege-escalation',
    by: /"system:serviceaccount:acme:acme"/,
    files: { 'a.yaml': object('Role', 'acme', { rules: all }, rbac) },
    target: ['acme', 'role/reached'],
  },
  {
    title: 'an object in a List',
    code: 'account-forbidden',
    by: ACCOUNT,
    files: {
      'a.yaml': yaml({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed', namespace: 'other' } }],
      }),
    },
    target: ['other', 'configmap/listed'],
  },
  {
    title: 'the adoption of an object that is there',
    code: 'account-forbidden',
    by: ACCOUNT,
    files: {
      'a.yaml': yaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'theirs', namespace: 'other', annotations: { 'reeve.dev/adopt': 'true' } },
        data: { a: 'reached' },
      }),
    },
  },
  {
    title: 'the labels of a namespace that is there',
    code: 'account-forbidden',
    by: ACCOUNT,
    files: {
      'a.yaml': yaml({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'other',
          labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
          annotations: { 'reeve.dev/adopt': 'true' },
        },
      }),
    },
  },
  refused('kube-system', object('ConfigMap', 'kube-system'), ['kube-system', 'configmap/reached']),
  refused('kube-public', object('ConfigMap', 'kube-public'), ['kube-public', 'configmap/reached']),
  refused('kube-node-lease', object('ConfigMap', 'kube-node-lease'), [
    'kube-node-lease',
    'configmap/reached',
  ]),
  refused("Reeve's own namespace", object('ConfigMap', 'reeve-system'), [
    'reeve-system',
    'configmap/reached',
  ]),
  refused('the namespace of Reeve itself', wide('Namespace', 'v1', {}, 'reeve-system')),
  refused(
    "Reeve's own definitions",
    wide('CustomResourceDefinition', 'apiextensions.k8s.io/v1', { spec: {} }, 'installations.reeve.dev'),
  ),
  refused("Reeve's own role", wide('ClusterRole', rbac, { rules: all }, 'reeve')),
  refused(
    "rights added to Reeve's",
    yaml({
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: 'reached', labels: { 'reeve.dev/aggregate-to-reeve': 'true' } },
      rules: all,
    }),
    ['default', 'clusterrole/reached'],
  ),
  refused(
    'rights for Reeve in its own namespace',
    object(
      'RoleBinding',
      'acme',
      {
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'edit' },
        subjects: [{ kind: 'ServiceAccount', name: 'reeve', namespace: 'reeve-system' }],
      },
      rbac,
    ),
    ['acme', 'rolebinding/reached'],
  ),
  refused("Reeve's Lease", wideIn('Lease', 'coordination.k8s.io/v1', 'reeve-default')),
  refused("Reeve's seal key", wideIn('Secret', 'v1', 'reeve-default-seal')),
  refused(
    'a token of its own service account',
    yaml({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'reached',
        namespace: 'acme',
        annotations: { 'kubernetes.io/service-account.name': 'strong' },
      },
    }),
    ['acme', 'secret/reached'],
  ),
  refused(
    'a certificate of a user of its choice',
    wide('CertificateSigningRequest', 'certificates.k8s.io/v1', {
      spec: { request: 'YQ==', signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
    }),
    ['default', 'certificatesigningrequest/reached'],
  ),
  asAnother(
    'another account',
    'impersonation-forbidden',
    /"system:serviceaccount:reeve-system:reeve" cannot impersonate/,
    { serviceAccountName: 'other/other', namespace: 'acme' },
  ),
  asAnother(
    'its account in another namespace',
    'impersonation-forbidden',
    /"system:serviceaccount:reeve-system:reeve" cannot impersonate/,
    { serviceAccountName: 'acme', namespace: 'other' },
  ),
  asAnother('a controller of the cluster', 'service-account-not-allowed', /generic-garbage-collector/, {
    serviceAccountName: 'kube-system/generic-garbage-collector',
    namespace: 'acme',
  }),
  asAnother('Reeve itself, by name', 'service-account-not-allowed', /reeve-system\/reeve/, {
    serviceAccountName: 'reeve-system/reeve',
    namespace: 'acme',
  }),
  asAnother('Reeve itself, by no name', 'no-service-account', /serviceAccountName/, { namespace: 'acme' }),
  asAnother('no account, out of its group', 'service-account-of-group', /groups\.yaml/, {
    serviceAccountName: 'other/other',
    namespace: 'acme',
    group: '',
  }),
  asAnother('no account, in another group', 'account-forbidden', ACCOUNT, {
    group: 'free',
    namespace: 'acme',
  }),
  asAnother('no account, in no group', 'account-forbidden', ACCOUNT, { group: '', namespace: 'acme' }),
  {
    title: 'a hook of a chart in another namespace',
    code: 'account-forbidden',
    by: ACCOUNT,
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: reached\nversion: 1.0.0\n',
      'templates/a.yaml': yaml({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'hook', namespace: 'other', annotations: { 'helm.sh/hook': 'pre-install' } },
        ...job,
      }),
    },
    isTemplate: true,
    target: ['other', 'job/hook'],
  },
  {
    title: 'a Secret of another namespace that a chart looks up',
    code: 'render-unavailable',
    by: /"system:serviceaccount:acme:acme" cannot get resource "secrets"/,
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: reached\nversion: 1.0.0\n',
      'templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: looked-up, namespace: acme}\n' +
        'data: {a: {{ (lookup "v1" "Secret" "other" "theirs").data.a | quote }} }\n',
    },
    isTemplate: true,
    target: ['acme', 'configmap/looked-up'],
  },
  {
    title: 'the namespace of an overlay',
    code: 'account-forbidden',
    by: ACCOUNT,
    files: {
      'kustomization.yaml': 'namespace: other\nresources: [a.yaml]\n',
      'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: overlaid}\ndata: {a: "1"}\n',
    },
    target: ['other', 'configmap/overlaid'],
  },
]

function wideIn(kind: string, apiVersion: string, name: string): string {
  return yaml({ apiVersion, kind, metadata: { name, namespace: 'default' } })
}
