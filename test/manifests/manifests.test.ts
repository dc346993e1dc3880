import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import { load, loadAll } from 'js-yaml'
import { parseConfig } from '../../src/cli/options/config-file.ts'
import { readSettings } from '../../src/cli/options/settings.ts'
import { borrowControlPlane } from '../helpers/control-plane-test.ts'
import { until } from '../helpers/until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const SERVICE_ACCOUNT = 'system:serviceaccount:reeve-system:reeve'

/** The rights of rbac.yaml, and those of rbac-wide.yaml. */
const [READ, WRITE] = [
  ['get', 'list', 'watch'],
  ['create', 'patch', 'delete'],
]

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly Rule[]
  readonly data?: Readonly<Record<string, string>>
}

const text = (file: string) => readFile(`${root}/${file}`, 'utf8')
const manifests = async (file: string) => loadAll(await text(file)) as readonly Manifest[]

test('kubectl apply -k installs Reeve strictly and without a warning, twice', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  const apply = () => controlPlane.kubectl(['apply', '-k', `${root}/manifests`, '--validate=strict'])
  t.like(await apply(), { code: 0, stderr: '' })
  const again = await apply()
  t.deepEqual(
    again.stdout
      .trim()
      .split('\n')
      .filter((line) => !line.endsWith(' unchanged')),
    [],
  )
})

test('Pod Security admission takes a Pod of the Deployment where restricted is enforced', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  const { kubectl } = controlPlane
  await kubectl(['apply', '-k', `${root}/manifests`])
  const { stdout } = await kubectl(['-n', 'reeve-system', 'get', 'deployment', 'reeve', '-o', 'json'])
  const { metadata, spec } = JSON.parse(stdout).spec.template
  const pod = (change: object) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'reeve', namespace: 'reeve-system' },
      spec: { ...spec, ...change },
    })
  const create = (input: string) => kubectl(['create', '--dry-run=server', '-f', '-'], { input })
  t.like(await create(pod({})), { code: 0 })
  t.regex((await create(pod({ hostNetwork: true }))).stderr, /violates PodSecurity "restricted/)
})

test('the rights of the service account have no wildcard and none that would lift its own limits', async (t) => {
  const all = [...(await manifests('manifests/rbac.yaml')), ...(await manifests('manifests/rbac-wide.yaml'))]
  const isSeals = ({ kind, metadata }: Manifest) => kind === 'Role' && metadata.namespace === 'reeve-system'
  const rules = all.filter((manifest) => !isSeals(manifest)).flatMap((manifest) => manifest.rules ?? [])
  t.true(rules.length > 0)
  const leases = ['coordination.k8s.io']
  t.deepEqual(all.find(isSeals)?.rules, [
    { apiGroups: leases, resources: ['leases'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['reeve-default-seal'], verbs: ['get'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'patch'] },
  ] as Rule[])
  for (const { apiGroups, resources, verbs } of rules) {
    t.false([...apiGroups, ...resources].includes('*'))
    const fewer: Readonly<Record<string, readonly string[]>> = {
      'pods ': ['get', 'list'],
      'installations reeve.dev': [...READ, ...WRITE],
      'events events.k8s.io': ['create'],
      'installations/status reeve.dev': ['patch'],
      'leases coordination.k8s.io': ['get', 'list', 'watch', 'patch', 'delete'],
    }
    const found = resources.map((resource) => fewer[`${resource} ${apiGroups[0]}`]).find((each) => each)
    t.true(
      [found ?? READ, found ?? WRITE].some((each) => isDeepStrictEqual(each, verbs)),
      resources.join(),
    )
  }
})

test('the service account may keep examples/fleet, and grants nothing that it does not have', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  const { kubectl } = controlPlane
  await kubectl(['apply', '-k', `${root}/manifests`])
  await kubectl(['apply', '-f', '-'], { input: chats })
  const apply = (file: string) =>
    kubectl(['apply', '--recursive', '-f', file, `--as=${SERVICE_ACCOUNT}`, '--validate=strict'])

  await apply(`${root}/examples/fleet/platform/chat-crd.yaml`)
  await until('chats to be served', async () => (await kubectl(['get', 'chats', '-A'])).code === 0)
  await apply(`${root}/examples/fleet`)
  t.like(await apply(`${root}/examples/fleet`), { code: 0, stderr: '' })

  const escalation = await kubectl(['apply', '-f', '-', `--as=${SERVICE_ACCOUNT}`], { input: moreThanReeve })
  t.is(escalation.code, 1)
  t.regex(escalation.stderr, /attempting to grant RBAC permissions not currently held/)
})

for (const [verb, resource] of [
  ['get', 'nodes'],
  ['create', 'pods/exec'],
  ['create', 'serviceaccounts/token'],
  ['escalate', 'clusterroles'],
  ['bind', 'clusterroles'],
  ['impersonate', 'users'],
] as const) {
  test(`no rule allows to ${verb} ${resource}`, async (t) => {
    const rules = [
      ...(await manifests('manifests/rbac.yaml')),
      ...(await manifests('manifests/rbac-wide.yaml')),
    ].flatMap((manifest) => manifest.rules ?? [])
    t.false(rules.some((rule) => rule.verbs.includes(verb) && rule.resources.includes(resource)))
  })
}

test('the ConfigMap holds valid options, and its files are where the Deployment mounts them', async (t) => {
  const [config] = await manifests('manifests/config.yaml')
  const options = config?.data?.['reeve.yaml'] ?? ''
  const { entries, faults } = parseConfig('reeve.yaml', options)
  t.deepEqual(faults, [])
  const given = Object.fromEntries(entries.map((entry) => [entry.name, entry.text]))
  const { 'git-token-file': tokenFile = '', ...flags } = given
  const settings = await readSettings(
    { flags, faults: [], operands: [] },
    { environment: {}, terminal: false, homeDirectory: undefined },
  )
  t.like(settings, { dataDir: '/var/lib/reeve/data', listen: { port: 8080 }, log: { format: 'json' } })

  const [deployment] = loadAll(await text('manifests/deployment.yaml')) as readonly {
    spec: { template: { spec: { containers: { args: string[]; volumeMounts: { mountPath: string }[] }[] } } }
  }[]
  const [container] = deployment?.spec.template.spec.containers ?? []
  const mounts = container?.volumeMounts.map(({ mountPath }) => mountPath) ?? []
  for (const file of [tokenFile, '/etc/reeve/reeve.yaml', '/var/lib/reeve/']) {
    t.true(
      mounts.some((mount) => file.startsWith(`${mount}/`)),
      file,
    )
  }
  t.deepEqual(container?.args, ['run', '--config', '/etc/reeve/reeve.yaml'])
})

test('the kustomization names every manifest', async (t) => {
  const { resources } = load(await text('manifests/kustomization.yaml')) as { resources: string[] }
  const files = (await readdir(`${root}/manifests`)).filter((file) => file !== 'kustomization.yaml')
  const choices = ['rbac-impersonation.yaml', 'ingress.yaml'] // in place of rbac-wide.yaml; for webhooks
  t.deepEqual([...resources, ...choices].toSorted(), files.toSorted())
})

test('the Ingress is taken, and leads from outside to the endpoint of webhooks alone', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  const { kubectl } = controlPlane
  await kubectl(['apply', '-k', `${root}/manifests`])
  t.like(await kubectl(['apply', '-f', `${root}/manifests/ingress.yaml`, '--validate=strict']), {
    code: 0,
    stderr: '',
  })
  const { stdout } = await kubectl(['-n', 'reeve-system', 'get', 'ingress,service', '-o', 'json'])
  const { items } = JSON.parse(stdout)
  const [ingress, service] = items
  const [{ http }, ...others] = ingress.spec.rules
  t.deepEqual(others, [])
  t.like(http.paths, [{ path: '/webhooks', pathType: 'Exact' }])
  t.is(http.paths.length, 1)
  const { name, port } = http.paths[0].backend.service
  t.is(name, service.metadata.name)
  t.true(service.spec.ports.some((each: { name: string }) => each.name === port.name))
})

/** As the comment in manifests/rbac.yaml says, bound by hand: no controller aggregates here. */
const chats = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reeve-chats, labels: {reeve.dev/aggregate-to-reeve: "true"}}
rules: [{apiGroups: [example.dev], resources: [chats], verbs: [get, list, watch, create, patch, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reeve-chats}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reeve-chats}
subjects: [{kind: ServiceAccount, name: reeve, namespace: reeve-system}]
`

const moreThanReeve = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: more}
rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}]
`
