import { writeJson } from '../../src/model/json.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { configFile } from '../helpers/option-file.ts'
import { installation, manifest, type Parts } from './documents.ts'
import { reeveWithAccounts } from './with-accounts.ts'

const GROUP = 'rbac.authorization.k8s.io'
const AS_ACME = { namespace: 'acme', serviceAccountName: 'acme/acme' }
const ADOPT = { 'reeve.dev/adopt': 'true' }
const SELF = { kind: 'ServiceAccount', name: 'acme', namespace: 'acme' }
const REEVE = { kind: 'ServiceAccount', name: 'reeve', namespace: 'reeve-system' }
const ANY_ACCOUNT = [{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] }]
const READ = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }]

const role = (name: string, parts: Parts = {}, namespace = 'acme') =>
  rbac('Role', namespace, name, { rules: READ, ...parts })
const clusterRole = (name: string, parts: Parts = {}) =>
  rbac('ClusterRole', '', name, { rules: READ, ...parts })
const binding = (name: string, subject: object, parts: Parts = {}) =>
  rbac('RoleBinding', 'acme', name, {
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'imp' },
    subjects: [subject],
    ...parts,
  })

/** What an administrator gave Reeve beside manifests/. */
const GIVEN = documents(
  role('imp', { rules: [{ ...ANY_ACCOUNT[0], resourceNames: ['acme'] }] }),
  binding('given', REEVE),
  clusterRole('gathered', {
    rules: [],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'example.dev/to-gathered': 'true' } }] },
  }),
  clusterRole('part', { labels: { 'example.dev/to-gathered': 'true' } }),
  rbac('ClusterRoleBinding', '', 'gathered', {
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: 'gathered' },
    subjects: [REEVE],
  }),
)

/** By title: what an account declares that may do everything with the roles and bindings of its namespace. */
const ATTACKS: Readonly<Record<string, string>> = {
  'the role by which Reeve acts as accounts': role('reeve-impersonation', {
    annotations: ADOPT,
    rules: ANY_ACCOUNT,
  }),
  'the binding of that role': binding('reeve-impersonation', SELF, {
    annotations: ADOPT,
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'reeve-impersonation' },
  }),
  "Reeve's role in another namespace": role('reeve', { annotations: ADOPT }, 'default'),
  "a binding that is Reeve's by its live subjects": binding('given', SELF, { annotations: ADOPT }),
  'a binding for all service accounts, Reeve among them': binding('everyone', {
    apiGroup: GROUP,
    kind: 'Group',
    name: 'system:serviceaccounts',
  }),
  'a role that Reeve is bound to': role('imp', { annotations: ADOPT, rules: ANY_ACCOUNT }),
  'a role of the cluster that Reeve is bound to': clusterRole('gathered', { annotations: ADOPT }),
  'a role that is added to one of those': clusterRole('new-part', {
    labels: { 'example.dev/to-gathered': 'true' },
  }),
  'a role that was added to one of those': clusterRole('part', { annotations: ADOPT }),
}

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme'])
  // As admin of Kubernetes has it.
  const more = [{ op: 'add', path: '/rules/-', value: ANY_ACCOUNT[0] }]
  await kubectl(controlPlane, 'patch', 'clusterrole', 'admin', '--type=json', '-p', writeJson(more))
  await apply(controlPlane, GIVEN)
  return { kubeconfig }
})

test.serial("Reeve's own rights are not changed by what Git declares", async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const before = await rights()
  const attacks = Object.entries(ATTACKS).map(([title, file], index) => ({ name: `a-${index}`, title, file }))
  await fleet.push(Object.assign({}, ...attacks.map(({ name, file }) => declared(name, file))))
  await fleet.sync(...(await configFile(t, { allowedServiceAccounts: ['acme/acme'] })))
  for (const { name, title } of attacks) t.deepEqual(await codesOf(fleet, name), ['not-allowed'], title)
  t.deepEqual(await rights(), before)
  t.is(await live(controlPlane, 'default', 'clusterrole/new-part'), undefined)
  t.is(await live(controlPlane, 'acme', 'rolebinding/everyone'), undefined)

  async function rights() {
    const found = await Promise.all([
      live(controlPlane, 'acme', 'role/reeve-impersonation'),
      live(controlPlane, 'acme', 'rolebinding/reeve-impersonation'),
      live(controlPlane, 'default', 'role/reeve'),
      live(controlPlane, 'acme', 'rolebinding/given'),
      live(controlPlane, 'acme', 'role/imp'),
      live(controlPlane, 'default', 'clusterrole/gathered'),
      live(controlPlane, 'default', 'clusterrole/part'),
    ])
    return found.map((object) => object?.metadata.resourceVersion)
  }
})

test.serial(
  'what an administrator made a right of Reeve stays where Git no longer declares it',
  async (t) => {
    const { controlPlane, kubeconfig } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'gone', kubeconfig })
    const config = await configFile(t, { allowedServiceAccounts: ['acme/acme'] })
    const acme = binding('bound', SELF, { roleRef: { apiGroup: GROUP, kind: 'Role', name: 'later' } })
    const others = documents(role('later'), role('other'), configMap('acme', 'b', { a: '1' }))
    await fleet.push(declared('b', others))
    await fleet.sync(...config)
    await fleet.push({ 'b/b.yaml': acme })
    await fleet.sync(...config)
    t.deepEqual((await fleet.record('b'))?.problems, [])
    const subjects = writeJson({ subjects: [REEVE] })
    await kubectl(controlPlane, '-n', 'acme', 'patch', 'rolebinding', 'bound', '--type=merge', '-p', subjects)
    await liveWhen(controlPlane, 'acme', 'rolebinding/bound', (object) =>
      writeJson(object).includes('"reeve"'),
    )
    await fleet.sync(...config)
    t.deepEqual(await codesOf(fleet, 'b'), ['not-allowed'], 'healing is refused, too')
    await fleet.push({ b: undefined }, 'Remove it\n\nReeve-Allow-Deletion: b')
    await fleet.sync(...config)
    t.truthy(await live(controlPlane, 'acme', 'rolebinding/bound'))
    t.truthy(await live(controlPlane, 'acme', 'role/later'))
    t.is(await live(controlPlane, 'acme', 'role/other'), undefined)
  },
)

function rbac(kind: string, namespace: string, name: string, parts: Parts): string {
  return manifest(`${GROUP}/v1`, kind, namespace, name, parts)
}

function declared(name: string, file: string) {
  return { [`${name}/reeve.yaml`]: installation(name, AS_ACME), [`${name}/a.yaml`]: file }
}

async function codesOf(fleet: Fleet, name: string): Promise<readonly string[]> {
  const { problems = [] } = (await fleet.record(name)) ?? {}
  return problems.map(({ code }) => code)
}
