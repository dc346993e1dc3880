import { cp, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { kubeconfigOf, newServiceAccount } from '../helpers/service-account.ts'
import { until } from '../helpers/until.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const test = controlPlaneTest({}, async (controlPlane) => {
  await kubectl(controlPlane, 'apply', '-k', `${ROOT}/manifests`)
  await kubectl(controlPlane, 'create', 'namespace', 'elsewhere')
  return { kubeconfig: await kubeconfigOf(controlPlane, 'reeve-system', 'reeve') }
})

test.serial(
  'with the rights of manifests/ Reeve keeps examples/fleet, given those for its own kind',
  async (t) => {
    const { controlPlane, kubeconfig } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
    await cp(`${ROOT}/examples/fleet`, fleet.work.directory, { recursive: true })
    await fleet.push({})
    await using reeve = fleet.run()
    const early = await fleet.recorded('acme', ({ problems }) =>
      problems.some(({ code }) => code === 'forbidden'),
    )
    t.deepEqual(
      early.problems.filter(({ code }) => code === 'forbidden').map(({ object }) => object),
      ['Chat.example.dev acme/acme'],
    )
    await liveWhen(controlPlane, 'acme', 'deployment/web')
    await liveWhen(controlPlane, 'globex', 'cronjob/report')

    await apply(controlPlane, await documentedRole())
    const record = await fleet.recorded('eu/globex', ({ state }) => state === 'healthy', 60_000)
    t.deepEqual(record.problems, [])
    await fleet.recorded('acme', ({ problems }) => !problems.some(({ code }) => code === 'forbidden'), 60_000)
    t.truthy(await live(controlPlane, 'acme', 'chat/acme'))
    t.truthy(await live(controlPlane, 'globex', 'role/read-chats'))
    await kubectl(controlPlane, '-n', 'acme', 'delete', 'chat/acme')
    await liveWhen(controlPlane, 'acme', 'chat/acme')
    t.false(reeve.log.some(({ code }) => code === 'internal'))
    t.false(
      reeve.log.some(({ msg }) => msg.startsWith('another Reeve')),
      'it has its Lease',
    )
    const plan = await fleet.plan()
    t.is(plan.code, 0, plan.stdout)
  },
)

test.serial('a kind without rights is forbidden, and nothing else is held up by it', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'forbidden', kubeconfig })
  const lease =
    'apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: one, namespace: elsewhere}\n'
  await fleet.push({ 'acme/a.yaml': documents(configMap('default', 'allowed', { a: '1' }), lease) })
  const { code } = await fleet.sync()
  t.is(code, 1)
  const record = await fleet.record('acme')
  t.like(record?.problems, [
    { code: 'forbidden', object: 'Lease.coordination.k8s.io elsewhere/one', file: 'acme/a.yaml', line: 13 },
  ])
  t.regex(record?.problems[0]?.remedy ?? '', /manifests/)
  t.truthy(await live(controlPlane, 'default', 'configmap/allowed'))
  const plan = await fleet.plan()
  t.is(plan.code, 3, plan.stderr)
  t.regex(plan.stdout, /acme\/a\.yaml:13: Reeve is not allowed to do this/)
  await fleet.push({ 'acme/a.yaml': configMap('default', 'allowed', { a: '2' }) })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ acme: undefined }, 'Remove it\n\nReeve-Allow-Deletion: acme')
  t.is((await fleet.sync()).code, 0)
  await goneWhen(controlPlane, 'default', 'configmap/allowed')
})

test.serial('the ClusterRole that a plan, the log and the record give grants what is missing', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'granted', kubeconfig })
  const lease =
    'apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: granted, namespace: elsewhere}\n'
  const slice =
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: granted, namespace: default}\n' +
    'addressType: IPv4\nendpoints: []\n'
  await fleet.push({
    'acme/a.yaml': lease,
    'beta/b.yaml': slice,
    'both/c.yaml': documents(
      lease.replaceAll('granted', 'granted-2'),
      slice.replaceAll('granted', 'granted-2'),
    ),
  })
  const { stdout } = await fleet.plan()
  const [role = '', ...others] = stdout.match(/^ {2}apiVersion: rbac.*\n(?: {2}.*\n)+/gm) ?? []
  t.deepEqual(others, [], stdout)
  t.regex(stdout, /^Grant system:serviceaccount:reeve-system:reeve these rights/m)
  const finished = await fleet.sync()
  t.is(finished.code, 1)
  t.is(finished.stdout.match(/kind: ClusterRole/g)?.length, 3, 'one for each installation')
  const { problems = [] } = (await fleet.record('both')) ?? {}
  const inRecord = problems.map(({ remedy = '' }) => remedy.split('\n').slice(1).join('\n'))
  t.is(inRecord.join(''), role.trimEnd())

  await apply(controlPlane, role.replaceAll(/^ {2}/gm, ''))
  const name = /name: (reeve-endpointslices-leases-[0-9a-f]{6})$/m.exec(role)?.[1] ?? ''
  const account = '--serviceaccount=reeve-system:reeve'
  await kubectl(controlPlane, 'create', 'clusterrolebinding', name, `--clusterrole=${name}`, account)
  const granted = await until('the rights', async () => (await fleet.sync()).code === 0)
  t.true(granted)
  await kubectl(controlPlane, 'delete', 'clusterrolebinding', name)
})

test.serial('with the right to read alone a plan is made without the dry run, and says so', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, VIEWER)
  const viewer = await newServiceAccount(controlPlane, 'viewer', 'config-viewer')
  await using fleet = await startFleet(controlPlane, { name: 'viewed' })
  const map = (a: string) => configMap('default', 'viewed', { a })
  await fleet.push({ 'acme/a.yaml': documents(map('1'), configMap('default', 'viewed-b', {})) })
  t.is((await fleet.sync()).code, 0)
  const read = (...more: string[]) => fleet.plan('--kubeconfig', viewer.kubeconfig, ...more)
  const same = await read()
  t.is(same.code, 0, same.stdout + same.stderr)
  t.regex(same.stdout, /^Cluster viewed \(context viewer, https:\/\/[0-9.]+:\d+\)\nNo differences/)
  t.regex(same.stdout, /kinds that this account may not read: .*secrets/s)
  t.notRegex(same.stdout, /without a dry run/)

  const created = configMap('default', 'viewed-c', {})
  await fleet.push({ 'acme/a.yaml': documents(map('2'), created) })
  const plan = await read('--output', 'json')
  t.is(plan.code, 1, plan.stdout + plan.stderr)
  const document = JSON.parse(plan.stdout)
  t.deepEqual(document.summary, { create: 1, change: 1, delete: 1, blocked: 0, unchanged: 0 })
  t.is(document.dryRun.shown, 'none')
  t.regex(document.dryRun.reason, /User ".*viewer" cannot (create|patch) resource "configmaps"/)
  t.regex((await read()).stdout, /\nPlanned without a dry run, /)

  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: viewed, namespace: default}\n'
  await fleet.push({ 'acme/a.yaml': documents(map('1'), secret) })
  const unreadable = await read()
  t.is(unreadable.code, 3, unreadable.stdout)
  t.regex(unreadable.stdout, /! Secret default\/viewed\n.*Reeve is not allowed to do this/)
})

test.serial('what the API server refuses is a fault of the document, or blocks the object', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'refusals' })
  const deployment = (spec: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: refused, namespace: default}\nspec:\n${spec}`
  const template =
    '  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n'
  const wrong = [
    ['replica: 2', 'unknown-field'],
    ['replicas: two', 'invalid-field'],
    ['replicas: -1', 'invalid-field'],
    ['strategy: {type: Sometimes}', 'invalid-field'],
  ] as const
  for (const [field, code] of wrong) {
    await fleet.push({ 'acme/a.yaml': deployment(`${template}  ${field}\n`) })
    const plan = await fleet.plan('--output', 'json')
    t.is(plan.code, 2, `${field}: ${plan.stdout}`)
    t.like(JSON.parse(plan.stdout).faults, [{ code, file: 'acme/a.yaml' }], field)
  }
  await fleet.push({ 'acme/a.yaml': configMap('nowhere', 'refused', {}) })
  const blocked = await fleet.plan('--output', 'json')
  t.is(blocked.code, 3, blocked.stdout)
  t.deepEqual(JSON.parse(blocked.stdout).faults, [])
  t.deepEqual(JSON.parse(blocked.stdout).dryRun, { shown: 'all' })
})

const VIEWER = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: config-viewer}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}]
`

/** The ClusterRole that the comment in manifests/rbac.yaml gives, bound by hand: no controller aggregates here. */
async function documentedRole(): Promise<string> {
  const text = await readFile(`${ROOT}/manifests/rbac.yaml`, 'utf8')
  const lines = text
    .split('\n')
    .flatMap((line) => (/^# {5}\S| {5}/.test(line) ? [line.replace(/^# {5}/, '')] : []))
  const role = lines.slice(lines.indexOf('apiVersion: rbac.authorization.k8s.io/v1'))
  const end = role.findIndex((line) => line.includes('verbs:'))
  return documents(`${role.slice(0, end + 1).join('\n')}\n`, BINDING)
}

const BINDING = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reeve-chats}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reeve-chats}
subjects: [{kind: ServiceAccount, name: reeve, namespace: reeve-system}]
`
