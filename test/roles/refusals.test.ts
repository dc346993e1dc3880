import { readFile, writeFile } from 'node:fs/promises'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { newServiceAccount } from '../helpers/service-account.ts'

/** Everything but `bind` and `escalate`, as a cautious administrator grants it. */
const MODEST = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: modest}
rules:
- {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch, create, update, patch, delete]}
- {nonResourceURLs: ["*"], verbs: [get]}
`

const SURROUNDINGS = `
apiVersion: v1
kind: Namespace
metadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Namespace
metadata: {name: full}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few, namespace: full}
spec: {hard: {configmaps: "0"}}
---
apiVersion: v1
kind: Namespace
metadata: {name: narrow}
---
apiVersion: v1
kind: LimitRange
metadata: {name: narrow, namespace: narrow}
spec: {limits: [{type: Container, max: {memory: 64Mi}}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-odd-maps}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]
  validations:
  - {expression: "!object.metadata.name.startsWith('odd')", message: odd maps are not allowed, reason: Forbidden}
  - {expression: "!object.metadata.name.startsWith('strange')", message: strange maps are not allowed, reason: RequestEntityTooLarge}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-odd-maps}
spec: {policyName: no-odd-maps, validationActions: [Deny]}
`

const pod = (namespace: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: refused, namespace: ${namespace}}\n` +
  `spec: {${more}containers: [{name: c, image: i, resources: {limits: {memory: 1Gi}}}]}\n`
const role = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: mighty, namespace: default}
rules: [{apiGroups: [""], resources: [users], verbs: [impersonate]}]
`
const binding = (kind: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: to-${kind.toLowerCase()}, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: nowhere}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
`

/** What Git declares, the code of its fault, what the message says, and what the remedy says. */
const REFUSALS = {
  quota: [configMap('full', 'refused', {}), 'quota-exceeded', /exceeded quota: few/, /quota/],
  limits: [pod('narrow'), 'limit-range', /maximum memory usage per Container is 64Mi/, /LimitRange/],
  security: [pod('strict'), 'pod-security', /violates PodSecurity "restricted:/, /securityContext/],
  policy: [configMap('default', 'odd', {}), 'policy-denied', /odd maps are not allowed/, /polic/],
  tooLarge: [configMap('default', 'strange', {}), 'policy-denied', /strange maps are not allowed/, /polic/],
  escalation: [
    role,
    'privilege-escalation',
    /attempting to grant RBAC permissions not currently held/,
    /administrator/,
  ],
  role: [binding('Role'), 'missing-reference', /Role nowhere\b/, /roleRef/],
  clusterrole: [binding('ClusterRole'), 'missing-reference', /ClusterRole nowhere\b/, /roleRef/],
  priority: [pod('default', 'priorityClassName: nowhere, '), 'missing-reference', /PriorityClass/, /declare/],
} as const

const test = controlPlaneTest({}, async (controlPlane) => {
  await apply(controlPlane, documents(MODEST, SURROUNDINGS))
  // No controller counts here what the quota limits.
  const used = JSON.stringify({ status: { hard: { configmaps: '0' }, used: { configmaps: '0' } } })
  const patch = ['patch', 'resourcequota', 'few', '--subresource=status', '--type=merge', '-p', used]
  await kubectl(controlPlane, '-n', 'full', ...patch)
  return newServiceAccount(controlPlane, 'modest', 'modest')
})

test.serial('each refusal of admission is told as what it is, not as a missing permission', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'refusals', kubeconfig })
  await fleet.push(
    Object.fromEntries(Object.entries(REFUSALS).map(([name, [text]]) => [`${name}/a.yaml`, text])),
  )
  const { code, stderr } = await fleet.sync()
  t.is(code, 1)
  for (const [name, [, expected, message, remedy]] of Object.entries(REFUSALS)) {
    const record = await fleet.record(name)
    const [problem] = record?.problems ?? []
    t.like(problem, { code: expected, file: `${name}/a.yaml` }, `${name}: ${stderr}`)
    t.regex(problem?.message ?? '', message)
    t.regex(problem?.remedy ?? '', remedy)
    t.notRegex(problem?.remedy ?? '', /grant the permissions/)
  }
})

test.serial('a token that the API server does not accept is told as that, and what to do', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  const stale = `${kubeconfig}-stale`
  await writeFile(stale, (await readFile(kubeconfig, 'utf8')).replace(/"token":"[^"]*"/, '"token":"stale"'))
  await using fleet = await startFleet(controlPlane, { name: 'stale', kubeconfig: stale })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'stale', {}) })
  const { code, stderr } = await fleet.sync()
  t.is(code, 1)
  t.regex(stderr, /Reeve cannot authenticate to the API server: Unauthorized\n {4}renew the token/)
  t.notRegex(stderr, /grant/)
})

const map = (name: string, bytes: number) =>
  'apiVersion: example.dev/v1\nkind: Big\nmetadata: {name: big, namespace: default}\n' +
  `spec: {${name}: "${'x'.repeat(bytes)}"}\n`

const BIG = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: bigs.example.dev}
spec:
  group: example.dev
  names: {kind: Big, plural: bigs, singular: big}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`

test.serial(
  'an object that is too large for the cluster is told with its size, and is not sent again',
  async (t) => {
    const { controlPlane, kubeconfig } = t.context
    await apply(controlPlane, BIG)
    await using fleet = await startFleet(controlPlane, { name: 'large', kubeconfig })
    await fleet.push({
      'stored/a.yaml': map('text', 1_700_000),
      'message/a.yaml': map('text', 2_200_000).replace('name: big,', 'name: bigger,'),
      'sent/a.yaml': map('text', 3_300_000).replace('name: big,', 'name: biggest,'),
    })
    await fleet.sync()
    for (const name of ['stored', 'message', 'sent']) {
      const problem = (await fleet.record(name))?.problems[0]
      t.is(problem?.code, 'object-too-large')
      t.regex(problem?.message ?? '', /about \d\.\d MiB as JSON \(/)
    }
  },
)
