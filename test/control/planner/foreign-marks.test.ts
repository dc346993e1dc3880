import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live } from '../../helpers/live.ts'

const test = controlPlaneTest()

const documents = (...objects: readonly string[]) => objects.join('\n---\n')

const map = (name: string, annotations: Record<string, string> = {}, value = '1') =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', annotations },
    data: { value },
  })

const hook = (name: string, annotations: Record<string, string>) =>
  JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default', annotations },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'busybox' }] } } },
  })

const KEEPING: Readonly<Record<string, Record<string, string>>> = {
  'keep-argo': { 'argocd.argoproj.io/sync-options': 'Prune=false' },
  'keep-argo-delete': { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true, Delete=false' },
  'keep-flux': { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
  'keep-helm': { 'helm.sh/resource-policy': 'keep' },
  'keep-kapp': { 'kapp.k14s.io/delete-strategy': 'orphan' },
}

test('objects that another tool would keep are kept, which is told by the very mark', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'keeping' })
  const stays = Array.from({ length: 8 }, (_, index) => map(`keeping-${index}`))
  const overruled = map('keep-overruled', { 'helm.sh/resource-policy': 'keep', 'reeve.dev/prune': 'true' })
  await fleet.push({
    'acme/stays.yaml': documents(...stays),
    'acme/marked.yaml': documents(
      ...Object.entries(KEEPING).map(([name, marks]) => map(name, marks)),
      overruled,
    ),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/marked.yaml': undefined })
  t.is((await fleet.sync()).code, 0)
  for (const name of Object.keys(KEEPING)) t.truthy(await live(controlPlane, 'default', `configmap/${name}`))
  t.is(await live(controlPlane, 'default', 'configmap/keep-overruled'), undefined)
  const record = await fleet.record('acme')
  t.is(record?.state, 'healthy')
  const messages = record?.problems.map(({ message }) => message) ?? []
  for (const [name, marks] of Object.entries(KEEPING)) {
    const [mark = ''] = Object.keys(marks)
    t.is(
      messages.filter((message) => message.includes(`/${name} has ${mark}: `)).length,
      1,
      messages.join('\n'),
    )
  }
})

test('hooks of other tools never run, and are told by every command without any exit code', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'hooks' })
  await fleet.push({
    'acme/a.yaml': map('hooks-wave', { 'argocd.argoproj.io/sync-wave': '5' }),
    'acme/hooks.yaml': documents(
      hook('hooks-fail', { 'argocd.argoproj.io/hook': 'SyncFail' }),
      hook('hooks-test', { 'helm.sh/hook': 'test' }),
    ),
  })
  const plan = await fleet.plan()
  t.is(plan.code, 1)
  t.regex(plan.stdout, /acme\/hooks\.yaml:1: a hook of another tool/)
  const document = JSON.parse((await fleet.plan('--output', 'json')).stdout)
  t.like(document.notices, [{ installation: 'acme', code: 'hook-of-another-tool', file: 'acme/hooks.yaml' }])
  const adopted = await fleet.reeve('adopt', 'acme')
  t.regex(adopted.stdout, /SyncFail of Argo CD/)

  const { code, stderr } = await fleet.sync('--log-format', 'json')
  t.is(code, 0, stderr)
  t.is(stderr.split('\n').filter((line) => line.includes('"notice"')).length, 2)
  t.truthy(await live(controlPlane, 'default', 'configmap/hooks-wave'))
  t.is(await live(controlPlane, 'default', 'job/hooks-fail'), undefined)
  t.is(await live(controlPlane, 'default', 'job/hooks-test'), undefined)
  const record = await fleet.record('acme')
  t.deepEqual([record?.state, record?.problems], ['healthy', []])
  t.deepEqual(
    record?.notices?.map(({ code }) => code),
    ['hook-of-another-tool', 'hook-of-another-tool'],
  )
  t.is((await fleet.plan()).code, 0)
})

test("Flux's marks count: only created, not healed, left alone", async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'flux-marks' })
  const once = { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' }
  const unhealed = { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled' }
  const left = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }
  const dataOf = async (name: string) => {
    const object = await live(controlPlane, 'default', `configmap/${name}`)
    return (object?.data as { value?: string } | undefined)?.value
  }
  const all = (value: string, first: Record<string, string>) =>
    documents(
      map('flux-once', once, value),
      map('flux-unhealed', unhealed, value),
      map('flux-later', first, value),
      map('flux-never', left, value),
    )
  await fleet.push({ 'acme/a.yaml': all('1', {}) })
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(await Promise.all(['flux-once', 'flux-unhealed', 'flux-later', 'flux-never'].map(dataOf)), [
    '1',
    '1',
    '1',
    undefined,
  ])
  const drift = '{"data": {"value": "drift"}}'
  for (const name of ['flux-once', 'flux-unhealed'])
    await kubectl(controlPlane, 'patch', 'configmap', name, '--type=merge', '-p', drift)
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(await Promise.all(['flux-once', 'flux-unhealed'].map(dataOf)), ['drift', 'drift'])

  await fleet.push({ 'acme/a.yaml': all('2', left) })
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.deepEqual(await Promise.all(['flux-once', 'flux-unhealed', 'flux-later', 'flux-never'].map(dataOf)), [
    'drift',
    '2',
    '1',
    undefined,
  ])
  t.is((await fleet.record('acme'))?.state, 'healthy')
})
