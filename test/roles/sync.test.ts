import { cp } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../helpers/manifests.ts'
import { objectWrites } from '../helpers/object-writes.ts'
import { reeve as asProcess } from '../helpers/reeve.ts'

const test = controlPlaneTest()
const EXAMPLE = fileURLToPath(new URL('../../examples/fleet', import.meta.url))

test.serial('a push reaches the cluster, and what happened comes back as a commit', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { command: asProcess, name: 'push' })
  const first = await fleet.push({
    'acme/all.yaml': documents(namespace('push'), configMap('push', 'settings', { level: 'info' })),
    'acme/web.yaml': deployment('push', 'web', 2),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ commit }) => commit === first)
  const created = await liveWhen(controlPlane, 'push', 'configmap/settings')
  t.like(created.metadata.labels, { 'reeve.dev/installation': 'acme', 'reeve.dev/repository': 'push' })
  t.true(created.metadata.annotations?.['reeve.dev/applied']?.startsWith(`${first}.`))
  const record = await fleet.record('acme')
  t.like(record, { state: 'progressing', objects: { declared: 3, healthy: 2 }, cluster: 'push' })
  t.deepEqual(record?.changes.map(({ object, action, reason }) => `${reason}: ${action} ${object}`).sort(), [
    'commit: created ConfigMap push/settings',
    'commit: created Deployment.apps push/web',
    'commit: created Namespace push',
  ])
  const [status] = await fleet.statusCommits()
  t.is(status?.subject, `acme: progressing at ${first.slice(0, 7)}`)
  t.regex(
    status?.message ?? '',
    new RegExp(`\\n\\nReeve-Commit: ${first}\\nReeve-Cluster: push\\nReeve-State: progressing\\n`),
  )

  const since = new Date()
  const second = await fleet.push({ 'acme/web.yaml': deployment('push', 'web', 3) }, 'Scale')
  await fleet.recorded('acme', ({ commit }) => commit === second)
  const web = await live(controlPlane, 'push', 'deployment/web')
  t.is((web as unknown as { spec: { replicas: number } }).spec.replicas, 3)
  t.true(web?.metadata.annotations?.['reeve.dev/applied']?.startsWith(`${second}.`))
  const requests = await controlPlane.requests({ userAgent: 'reeve', since })
  t.deepEqual(
    requests.filter(({ verb }) => verb !== 'watch').map(({ verb, name }) => `${verb} ${name}`),
    ['patch web'],
  )
  const patched = await reeve.logged('patched')
  t.deepEqual(patched.changes, [{ path: 'spec.replicas', before: 2, after: 3 }])
  t.is((await fleet.record('acme'))?.changes[0]?.fields?.[0], 'spec.replicas')
})

test.serial('a commit that touches no manifest makes no request and no status commit', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { command: asProcess, name: 'readme' })
  await fleet.push({ 'acme/all.yaml': configMap('default', 'readme', { a: 'b' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const before = await fleet.statusCommits()
  const since = new Date()
  const commit = await fleet.push({ 'acme/README.md': 'Text', 'README.md': 'More text' })
  reeve.signal('SIGHUP')
  await reeve.logged('new commit', (line) => line.commit === commit)
  await new Promise((resolve) => setTimeout(resolve, 2500))
  t.deepEqual(await fleet.statusCommits(), before)
  const requests = await controlPlane.requests({ userAgent: 'reeve', since })
  t.deepEqual(
    requests.filter(({ verb }) => verb !== 'watch').map(({ uri }) => uri),
    [],
  )
})

test.serial(
  'examples/fleet is applied once: again, as a plan and after a restart nothing is left',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { command: asProcess, name: 'example' })
    await cp(EXAMPLE, fleet.work.directory, { recursive: true })
    await fleet.push({})
    const start = new Date()
    const first = await fleet.sync()
    t.is(first.code, 0, first.stderr)
    const written = await objectWrites(controlPlane, { since: start })
    t.is(written.filter(({ code }) => code === 201).length, 17)
    t.is((await fleet.record('eu/globex'))?.objects.declared, 8)
    const statusCommits = await fleet.statusCommits()

    const since = new Date()
    const second = await fleet.sync()
    t.is(second.code, 0, second.stderr)
    const plan = await fleet.plan()
    t.is(plan.code, 0, plan.stdout)
    t.regex(plan.stdout, /^No differences\./m)
    const reeve = fleet.run()
    await reeve.logged('new commit')
    await new Promise((resolve) => setTimeout(resolve, 2500))
    reeve.signal('SIGTERM')
    t.is(await reeve.exited, 0)
    t.deepEqual(
      (await objectWrites(controlPlane, { since })).map(({ verb, uri }) => `${verb} ${uri}`),
      [],
    )
    t.deepEqual(await fleet.statusCommits(), statusCommits)
  },
)

test.serial('an object of somebody else is left alone until Git asks to adopt it', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, configMap('default', 'adopted', { ours: '1', gone: '2' }))
  await kubectl(controlPlane, 'patch', 'configmap/adopted', '--type=merge', '-p', '{"data":{"foreign":"3"}}')
  const before = await live(controlPlane, 'default', 'configmap/adopted')
  await using fleet = await startFleet(controlPlane, { command: asProcess, name: 'adopt' })
  await fleet.push({ 'acme/map.yaml': configMap('default', 'adopted', { ours: '5' }) })
  const refused = await fleet.sync()
  t.is(refused.code, 1)
  t.like((await fleet.record('acme'))?.problems[0], {
    code: 'not-owned',
    object: 'ConfigMap default/adopted',
    file: 'acme/map.yaml',
    line: 1,
  })
  t.regex((await fleet.record('acme'))?.problems[0]?.message ?? '', /, which belongs to kubectl apply$/)
  t.deepEqual(await live(controlPlane, 'default', 'configmap/adopted'), before)
  t.regex((await fleet.plan()).stdout, /exists and is not managed by Reeve/)

  await fleet.push({ 'acme/map.yaml': ADOPTING })
  const adopted = await fleet.sync()
  t.is(adopted.code, 0, adopted.stderr)
  const after = await live(controlPlane, 'default', 'configmap/adopted')
  t.is(after?.metadata.uid, before?.metadata.uid)
  t.deepEqual((after as unknown as { data: unknown }).data, { ours: '5', foreign: '3' })
  t.is(after?.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'], undefined)
  t.is((await fleet.plan()).code, 0)
})

test.serial('an object of another living Reeve stays with it, whatever Git asks', async (t) => {
  const { controlPlane } = t.context
  await using one = await startFleet(controlPlane, { command: asProcess, name: 'living' })
  await one.push({ 'acme/map.yaml': configMap('default', 'adopted-twice', { ours: '1' }) })
  t.is((await one.sync()).code, 0)
  const before = await live(controlPlane, 'default', 'configmap/adopted-twice')
  await using two = await startFleet(controlPlane, { command: asProcess, name: 'greedy' })
  await two.push({ 'acme/map.yaml': ADOPTING.replace('name: adopted', 'name: adopted-twice') })
  const refused = await two.sync()
  t.is(refused.code, 1, refused.stdout)
  const [problem] = (await two.record('acme'))?.problems ?? []
  t.is(problem?.code, 'owned-by-another')
  t.regex(problem?.message ?? '', /adopted-twice belongs to living/)
  t.regex(problem?.remedy ?? '', /^leave it to that Reeve: remove or rename it here; .*prune: "false"/)
  t.notRegex(problem?.remedy ?? '', /delete/)
  t.deepEqual(await live(controlPlane, 'default', 'configmap/adopted-twice'), before)

  await kubectl(controlPlane, 'annotate', 'configmap/adopted-twice', 'reeve.dev/prune=false')
  await one.push({ acme: undefined })
  await one.sync()
  await kubectl(
    controlPlane,
    'label',
    'configmap/adopted-twice',
    'reeve.dev/repository-',
    'reeve.dev/installation-',
  )
  t.is((await two.sync()).code, 0)
  const after = await live(controlPlane, 'default', 'configmap/adopted-twice')
  t.is(after?.metadata.uid, before?.metadata.uid)
  t.is(after?.metadata.labels?.['reeve.dev/repository'], 'greedy')
})

const ADOPTING = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: adopted
  namespace: default
  annotations: {reeve.dev/adopt: "true"}
data: {ours: "5"}
`

test('a branch without manifests is told what was looked at', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'bare' })
  const commit = await fleet.push({ 'README.md': '# Fleet' })
  const { code, stdout } = await fleet.sync()
  t.is(code, 0)
  t.regex(
    stdout,
    new RegExp(`^No installations in main at ${commit.slice(0, 12)}: none of its 1 file is a manifest`),
  )
  t.regex(stdout, /# acme\/hello\.yaml/)
})
