import { rm } from 'node:fs/promises'
import type { ExecutionContext } from 'ava'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { helmFor } from '../../helpers/helm.ts'
import { apply, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { MIGRATE_HOOK } from '../../helpers/migrate-hook.ts'
import { type Finished, startReeve } from '../../helpers/reeve.ts'
import { findRenderers, type Renderers } from '../../helpers/renderers.ts'
import { until } from '../../helpers/until.ts'

interface Context {
  readonly controlPlane: ControlPlane
  readonly pods: AsyncDisposable
  readonly renderers: Renderers
}

const test = controlPlaneTest({ controllers: true }, async (controlPlane) => {
  const renderers = await findRenderers()
  const pods = startPodSimulator(controlPlane.kubeconfig, { jobDuration: 200 })
  const owners = [
    definition('kustomize.toolkit.fluxcd.io', 'Kustomization', 'kustomizations'),
    definition('helm.toolkit.fluxcd.io', 'HelmRelease', 'helmreleases'),
    definition('argoproj.io', 'Application', 'applications'),
  ]
  await apply(controlPlane, documents(...owners))
  await kubectl(controlPlane, 'wait', '--for=condition=Established', 'crd', '--all')
  return { pods, renderers }
})

test.after.always(({ context }) => context.pods?.[Symbol.asyncDispose]())

for (const major of [3, 4] as const) {
  for (const record of ['keep', 'remove'] as const) {
    test(`a release of Helm ${major} is taken over as it is, its record: ${record}`, async (t) => {
      const { controlPlane, renderers } = t.context
      const name = `helm${major}-${record}`
      await using fleet = await startFleet(controlPlane, { name })
      await using helm = await helmFor(renderers[`helm${major}`], controlPlane)
      await fleet.push({ ...CHART, 'fleet/acme.yaml': installation(name) })
      await kubectl(controlPlane, 'create', 'namespace', name)
      await helm('install', 'acme', `${fleet.work.directory}/charts/web`, '--namespace', name)
      const releases = async () => JSON.parse(await helm('list', '--namespace', name, '-o', 'json')).length
      await liveWhen(controlPlane, name, 'deployment/web', ({ status }) => replicasOf(status) === 1)
      const before = await lives(t, name)

      const shown = await adopt(fleet)
      t.is(shown.code, 1, shown.stdout + shown.stderr)
      t.regex(
        shown.stdout,
        new RegExp(`Helm release ${name}/acme, revision 1\n[^]* Deployment.apps ${name}/web\n`),
      )
      t.regex(shown.stdout, /To take over 4 objects/)
      t.deepEqual(await lives(t, name), before)

      const done = await adopt(fleet, '--yes', `--release-secret=${record}`)
      t.is(done.code, 0, done.stdout + done.stderr)
      t.regex(done.stdout, /Took over 4 objects\.\n/)
      t.deepEqual((await lives(t, name)).map(identity), before.map(identity))
      const declared = (await lives(t, name)).filter(({ metadata }) => metadata.name === 'web')
      t.deepEqual(declared.flatMap(marksOn), [])
      t.is(await releases(), record === 'keep' ? 1 : 0)
      t.regex((await fleet.plan()).stdout, /^No differences/m)
      const again = await adopt(fleet, '--yes')
      t.is(again.code, 0, again.stdout + again.stderr)
      t.regex(again.stdout, /Nothing to take over/)
    })
  }
}

test('what a release has and Git does not declare is named and left, and its fields that Git gives up go', async (t) => {
  const { controlPlane, renderers } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'less' })
  await using helm = await helmFor(renderers.helm3, controlPlane)
  const extra = documents(
    configMap('less', 'extra', { a: '1' }),
    configMap('less', 'kept', { a: '1', b: '2' }),
  )
  await fleet.push({ ...CHART, 'charts/web/templates/extra.yaml': extra })
  await kubectl(controlPlane, 'create', 'namespace', 'less')
  await helm('install', 'acme', `${fleet.work.directory}/charts/web`, '--namespace', 'less')
  await fleet.push({
    'charts/web/templates/extra.yaml': configMap('less', 'kept', { a: '1' }),
    'fleet/acme.yaml': installation('less'),
  })
  const shown = await adopt(fleet)
  t.regex(shown.stdout, /- data.b: "2"/)
  t.regex(
    shown.stdout,
    /Left with the current owner:\n {2}Helm release less\/acme\n {6}ConfigMap less\/extra\n/,
  )
  const done = await adopt(fleet, '--yes', '--release-secret=remove')
  t.is(done.code, 1, done.stdout + done.stderr)
  t.regex(done.stdout, /record of the Helm release is kept.*ConfigMap less\/extra/)
  t.deepEqual((await live(controlPlane, 'less', 'configmap/kept'))?.data, { a: '1' })
  t.is(
    (await live(controlPlane, 'less', 'configmap/extra'))?.metadata.labels?.['reeve.dev/repository'],
    undefined,
  )

  await fleet.push({ 'charts/web/templates/extra.yaml': extra })
  const rest = await adopt(fleet, '--yes', '--release-secret=remove')
  t.is(rest.code, 0, rest.stdout + rest.stderr)
  t.is(await helm('list', '--namespace', 'less', '-q'), '')
})

test('the Job of a hook that ran for this release is taken over and not run again', async (t) => {
  const { controlPlane, renderers } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'hooked' })
  await using helm = await helmFor(renderers.helm3, controlPlane)
  await fleet.push({ ...CHART, ...MIGRATE_HOOK, 'fleet/acme.yaml': installation('hooked') })
  await kubectl(controlPlane, 'create', 'namespace', 'hooked')
  await helm('install', 'acme', `${fleet.work.directory}/charts/web`, '--namespace', 'hooked')
  const before = await live(controlPlane, 'hooked', 'job/migrate')
  const done = await adopt(fleet, '--yes')
  t.is(done.code, 0, done.stdout + done.stderr)
  t.regex((await fleet.plan()).stdout, /^No differences/m)
  t.is((await fleet.sync()).code, 0)
  t.is((await live(controlPlane, 'hooked', 'job/migrate'))?.metadata.uid, before?.metadata.uid)

  await fleet.push({ 'fleet/acme.yaml': installation('hooked', '{tag: "2"}') })
  const synced = await fleet.sync()
  t.is(synced.code, 0, synced.stdout + synced.stderr)
  const next = await liveWhen(controlPlane, 'hooked', 'job/migrate')
  t.not(next.metadata.uid, before?.metadata.uid)
})

const hook = (name: string, times: string) => ({
  [`charts/web/templates/${name}.yaml`]: [
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata:',
    `  name: ${name}`,
    `  annotations: {helm.sh/hook: "${times}", helm.sh/hook-delete-policy: hook-succeeded}`,
    'spec: {template: {spec: {restartPolicy: Never, containers: [{name: run, image: "web:1"}]}}}',
    '',
  ].join('\n'),
})
const HOOKS = {
  ...hook('prepare', 'pre-install'),
  ...hook('migrate', 'pre-install,pre-upgrade'),
  ...hook('greet', 'post-install'),
}

async function jobsRun({ context }: ExecutionContext<Context>, name: string): Promise<string> {
  const path = ['-o', 'jsonpath={.items[*].involvedObject.name}']
  const args = ['get', 'events', '-n', name, '--field-selector', 'reason=SuccessfulCreate', ...path]
  const { stdout } = await context.controlPlane.kubectl(args)
  return stdout
    .split(' ')
    .filter((one) => !one.startsWith('web'))
    .sort()
    .join()
}

test('hooks that ran and went before the takeover do not run again, but at the next upgrade', async (t) => {
  const { controlPlane, renderers } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'ran' })
  await using helm = await helmFor(renderers.helm3, controlPlane)
  await fleet.push({ ...CHART, ...HOOKS, 'fleet/acme.yaml': installation('ran') })
  await kubectl(controlPlane, 'create', 'namespace', 'ran')
  await helm('install', 'acme', `${fleet.work.directory}/charts/web`, '--namespace', 'ran')
  t.is(await jobsRun(t, 'ran'), 'greet,migrate,prepare')
  const done = await adopt(fleet, '--yes')
  t.is(done.code, 0, done.stdout + done.stderr)
  t.regex((await fleet.plan()).stdout, /^No differences/m)
  t.is((await fleet.sync()).code, 0)
  t.is((await fleet.sync()).code, 0)
  t.is(await jobsRun(t, 'ran'), 'greet,migrate,prepare')
  t.like(await fleet.record('acme'), { state: 'healthy' })

  await fleet.push({ 'fleet/acme.yaml': installation('ran', '{tag: "2"}') })
  const synced = await fleet.sync()
  t.is(synced.code, 0, synced.stdout + synced.stderr)
  t.is(await jobsRun(t, 'ran'), 'greet,migrate,migrate,prepare')
})

test('while Reeve follows a release of another owner, its hooks wait; once taken over, they have run', async (t) => {
  const { controlPlane, renderers } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'followed' })
  await using helm = await helmFor(renderers.helm3, controlPlane)
  await fleet.push({ ...CHART, ...HOOKS })
  await kubectl(controlPlane, 'create', 'namespace', 'followed')
  await helm('install', 'acme', `${fleet.work.directory}/charts/web`, '--namespace', 'followed')
  await fleet.push({ 'fleet/acme.yaml': installation('followed') })
  {
    await using reeve = fleet.run()
    await reeve.logged('waiting', ({ for: reason }) => /^wave -9000: Job/.test(String(reason)))
    const { problems } = await fleet.recorded('acme', ({ state }) => state === 'failed')
    t.like(problems[0], { code: 'not-owned' })
    t.regex(problems[0]?.message ?? '', /Deployment\.apps followed\/web, which belongs to Helm release/)
    const done = await adopt(fleet, '--yes')
    t.is(done.code, 0, done.stdout + done.stderr)
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
  }
  await rm(fleet.dataDir, { recursive: true })
  t.is((await fleet.sync()).code, 0)
  t.like(await fleet.record('acme'), { state: 'healthy' })
  t.is(await jobsRun(t, 'followed'), 'greet,migrate,prepare')
})

for (const major of [3, 4] as const)
  test(`releases of Helm ${major} with one name in two namespaces are taken over under that name`, async (t) => {
    const { controlPlane, renderers } = t.context
    const homes = [`twice${major}-a`, `twice${major}-b`] as const
    await using fleet = await startFleet(controlPlane, { name: `twice${major}` })
    await using helm = await helmFor(renderers[`helm${major}`], controlPlane)
    await fleet.push({ ...NAMED_CHART, ...released(homes) })
    for (const home of homes)
      await helm('install', 'redis', `${fleet.work.directory}/charts/app`, '--create-namespace', '-n', home)
    const before = await live(controlPlane, homes[0], 'configmap/redis-app')

    const shown = await fleet.reeve('adopt', homes[0])
    t.is(shown.code, 0, shown.stdout + shown.stderr)
    t.regex(shown.stdout, /\+ ConfigMap twice\d-a\/twice\d-a-app\n/)
    t.regex(
      shown.stdout.replaceAll(/\s+/g, ' '),
      /Helm release twice\d-a\/redis has 2 of its 2 objects as the chart makes them with spec.releaseName: redis/,
    )
    t.regex(shown.stdout, /Nothing to take over/)

    await fleet.push(released(homes, 'redis'))
    for (const home of homes) {
      const done = await fleet.reeve('adopt', home, '--yes')
      t.is(done.code, 0, done.stdout + done.stderr)
      t.regex(done.stdout, /Took over 2 objects\.\n/)
      t.notRegex(done.stdout, /releaseName/)
    }
    t.regex((await fleet.plan()).stdout, /^No differences/m)
    const after = await live(controlPlane, homes[0], 'configmap/redis-app')
    t.deepEqual(after && [identity(after), marksOn(after)], before && [identity(before), []])
    const { resourceVersion } = after?.metadata ?? {}
    t.is((await fleet.sync()).code, 0)
    t.is(
      (await live(controlPlane, homes[0], 'configmap/redis-app'))?.metadata.resourceVersion,
      resourceVersion,
    )
  })

test('releases of one name are taken over by installations of that name, told apart by their namespaces', async (t) => {
  const { controlPlane, renderers } = t.context
  const homes = ['same-a', 'same-b'] as const
  await using fleet = await startFleet(controlPlane, { name: 'same' })
  await using helm = await helmFor(renderers.helm3, controlPlane)
  const redis = (home: string) =>
    `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: redis, namespace: ${home}}\nspec: {template: {path: charts/app}, namespace: ${home}, createNamespace: true}\n`
  await fleet.push({ ...NAMED_CHART, 'fleet/redis.yaml': homes.map(redis).join('---\n') })
  for (const home of homes)
    await helm('install', 'redis', `${fleet.work.directory}/charts/app`, '--create-namespace', '-n', home)
  const unclear = await fleet.reeve('adopt', 'redis')
  t.regex(unclear.stderr, /no such installation: redis; similar names: same-a\/redis, same-b\/redis/)
  for (const home of homes) {
    const done = await fleet.reeve('adopt', `${home}/redis`, '--yes')
    t.is(done.code, 0, done.stdout + done.stderr)
  }
  t.is((await fleet.sync()).code, 0)
  t.regex((await fleet.plan()).stdout, /^No differences/m)
  for (const home of homes) {
    const map = await live(controlPlane, home, 'configmap/redis-app')
    t.is(map?.metadata.labels?.['reeve.dev/installation'], `${home}_redis`)
    t.deepEqual(map && marksOn(map), [])
  }
})

test('what kubectl applied is taken over with its record as the base', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'applied' })
  await apply(
    controlPlane,
    documents(
      namespace('applied'),
      configMap('applied', 'a', { x: '1', y: '2' }),
      deployment('applied', 'web'),
    ),
  )
  await fleet.push({
    'acme/all.yaml': documents(configMap('applied', 'a', { x: '1' }), deployment('applied', 'web')),
  })
  const uid = (await live(controlPlane, 'applied', 'deployment/web'))?.metadata.uid
  const shown = await adopt(fleet)
  t.regex(shown.stdout, /kubectl apply\n {6}ConfigMap applied\/a\n/)
  t.regex(shown.stdout, /- data.y: "2"/)
  const done = await adopt(fleet, '--yes')
  t.is(done.code, 0, done.stdout + done.stderr)
  const web = await live(controlPlane, 'applied', 'deployment/web')
  t.is(web?.metadata.uid, uid)
  t.deepEqual(web && marksOn(web), [])
  t.deepEqual((await live(controlPlane, 'applied', 'configmap/a'))?.data, { x: '1' })
  t.regex((await fleet.plan()).stdout, /^No differences/m)
})

test('what Flux applied is taken over once its Kustomization is suspended', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'flux' })
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux',
  }
  await apply(controlPlane, namespace('flux'))
  const manager = ['--server-side', '--field-manager=kustomize-controller']
  const theirs = documents(
    labelled(deployment('flux', 'web'), { labels }),
    labelled(configMap('flux', 'other', { a: '1' }), { labels }),
  )
  await apply(controlPlane, theirs, ...manager)
  const entries = [
    { id: 'flux_web_apps_Deployment', v: 'v1' },
    { id: 'flux_other__ConfigMap', v: 'v1' },
  ]
  await apply(
    controlPlane,
    fluxObject('kustomize', 'Kustomization', 'flux', 'apps', { suspend: false }, { inventory: { entries } }),
  )
  await fleet.push({ 'acme/web.yaml': deployment('flux', 'web') })

  const active = await adopt(fleet, '--yes')
  t.is(active.code, 2)
  t.regex(active.stdout, /flux suspend kustomization apps --namespace flux/)
  t.deepEqual((await live(controlPlane, 'flux', 'deployment/web'))?.metadata.labels, labels)

  await kubectl(
    controlPlane,
    '-n',
    'flux',
    'patch',
    'kustomization',
    'apps',
    '--type=merge',
    '-p',
    '{"spec":{"suspend":true}}',
  )
  const before = await live(controlPlane, 'flux', 'deployment/web')
  const done = await adopt(fleet, '--yes')
  t.is(done.code, 0, done.stdout + done.stderr)
  t.regex(
    done.stdout,
    /Left with the current owner:\n {2}Flux Kustomization flux\/apps\n {6}ConfigMap flux\/other\n/,
  )
  const after = await live(controlPlane, 'flux', 'deployment/web')
  t.deepEqual(after && [identity(after), marksOn(after)], before && [identity(before), []])
  t.deepEqual((await live(controlPlane, 'flux', 'configmap/other'))?.metadata.labels, labels)
  t.regex((await fleet.plan()).stdout, /^No differences/m)
})

test('what a HelmRelease of Flux installed is taken over with the record that Flux keeps elsewhere', async (t) => {
  const { controlPlane, renderers } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'fluxhelm' })
  await using helm = await helmFor(renderers.helm3, controlPlane)
  await fleet.push({ ...CHART, 'fleet/acme.yaml': installation('fluxhelm') })
  await apply(controlPlane, documents(namespace('fluxhelm'), namespace('fluxstore')))
  await helm('install', 'acme', `${fleet.work.directory}/charts/web`, '--namespace', 'fluxhelm')
  const record = await live(controlPlane, 'fluxhelm', 'secret/sh.helm.release.v1.acme.v1')
  const { name, labels } = record?.metadata ?? {}
  await apply(
    controlPlane,
    JSON.stringify({ ...record, metadata: { name, labels, namespace: 'fluxstore' } }),
    '--server-side',
  )
  await kubectl(controlPlane, '-n', 'fluxhelm', 'delete', `secret/${name}`)
  const marks = ['helm.toolkit.fluxcd.io/name=acme', 'helm.toolkit.fluxcd.io/namespace=fluxhelm']
  const kinds = 'deployment/web,service/web,configmap/web,secret/web'
  await kubectl(controlPlane, '-n', 'fluxhelm', 'label', ...kinds.split(','), ...marks)
  const release = (suspend: boolean) =>
    fluxObject('helm', 'HelmRelease', 'fluxhelm', 'acme', { suspend, storageNamespace: 'fluxstore' })
  await apply(controlPlane, release(false))

  const active = await adopt(fleet)
  t.is(active.code, 2)
  t.regex(active.stdout, /flux suspend helmrelease acme --namespace fluxhelm/)
  t.regex(active.stdout, /Helm release fluxhelm\/acme, revision 1\n/)
  await apply(controlPlane, release(true))
  const done = await adopt(fleet, '--yes', '--release-secret=remove')
  t.is(done.code, 0, done.stdout + done.stderr)
  t.is(await live(controlPlane, 'fluxstore', `secret/${name}`), undefined)
  const web = await live(controlPlane, 'fluxhelm', 'deployment/web')
  t.deepEqual(web && marksOn(web), [])
})

test('what Argo CD applied is taken over once its Application does not sync by itself', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'argo' })
  await apply(controlPlane, namespace('argo'))
  const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:argo/web' }
  const manager = ['--field-manager=argocd-controller']
  await apply(controlPlane, labelled(deployment('argo', 'web'), { annotations }), ...manager)
  const instance = { labels: { 'app.kubernetes.io/instance': 'shop' } }
  await apply(controlPlane, labelled(configMap('argo', 'tracked', { a: '1' }), instance), ...manager)
  await apply(controlPlane, application('argo', 'shop', { syncPolicy: { automated: {} } }))
  await fleet.push({
    'acme/web.yaml': documents(deployment('argo', 'web'), configMap('argo', 'tracked', { a: '1' })),
  })

  const active = await adopt(fleet)
  t.is(active.code, 2)
  t.regex(active.stdout, /argocd app set shop --app-namespace argo --sync-policy none/)
  await apply(controlPlane, application('argo', 'shop', { syncPolicy: {} }))
  const before = await live(controlPlane, 'argo', 'deployment/web')
  const done = await adopt(fleet, '--yes')
  t.is(done.code, 0, done.stdout + done.stderr)
  const after = await live(controlPlane, 'argo', 'deployment/web')
  t.deepEqual(after && [identity(after), marksOn(after)], before && [identity(before), []])
  const tracked = await live(controlPlane, 'argo', 'configmap/tracked')
  t.is(tracked?.metadata.labels?.['app.kubernetes.io/instance'], undefined)
  t.regex((await fleet.plan()).stdout, /^No differences/m)
})

test('one object that cannot be taken over, and nothing is touched', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'blocked' })
  await using other = await startFleet(controlPlane, { name: 'blocked-other' })
  await other.push({
    'theirs/a.yaml': documents(namespace('blocked'), configMap('blocked', 'theirs', { a: '1' })),
  })
  t.is((await other.sync()).code, 0)
  await apply(controlPlane, documents(configMap('blocked', 'mine', { a: '1' }), deployment('blocked', 'web')))
  const relabelled = deployment('blocked', 'web').replaceAll('"app": "web"', '"app": "other"')
  await fleet.push({
    'acme/a.yaml': configMap('blocked', 'mine', { a: '1' }),
    'acme/b.yaml': configMap('blocked', 'theirs', { a: '1' }),
    'acme/web.yaml': relabelled,
  })
  const before = await live(controlPlane, 'blocked', 'configmap/mine')
  const { code, stdout } = await adopt(fleet, '--yes')
  t.is(code, 1)
  t.regex(stdout, /belongs\s+to\s+blocked-other/)
  t.regex(stdout, /cannot\s+be\s+changed\s+like\s+this/)
  t.regex(stdout, /Nothing was changed/)
  t.deepEqual(await live(controlPlane, 'blocked', 'configmap/mine'), before)
})

test('an installation that is not there, and a SOURCE with --yes, are refused', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'wrong' })
  await fleet.push({ 'eu/acme/a.yaml': configMap('default', 'wrong', { a: '1' }) })
  const unknown = await adopt(fleet)
  t.is(unknown.code, 2)
  t.regex(unknown.stderr, /no such installation: acme; similar names: eu\/acme/)
  const source = await adopt(fleet, 'main', '--yes')
  t.is(source.code, 2)
  t.regex(source.stderr, /omit SOURCE/)
})

test('a Reeve that runs goes on with what is taken over, once it knows the installation', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'running' })
  await apply(controlPlane, documents(namespace('running'), configMap('running', 'a', { a: '1' })))
  await fleet.push({ 'first/a.yaml': configMap('default', 'running-first', { a: '1' }) })
  await using reeve = fleet.run('--interval', '1h')
  await fleet.recorded('first', ({ state }) => state === 'healthy')
  const commit = await fleet.push({ 'acme/a.yaml': configMap('running', 'a', { a: '1' }) })
  const early = await adopt(fleet, '--yes')
  t.is(early.code, 2)
  t.regex(early.stderr, /has not seen the installation at this commit/)
  t.is((await live(controlPlane, 'running', 'configmap/a'))?.metadata.labels, undefined)

  reeve.signal('SIGHUP')
  await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'failed')
  const done = await adopt(fleet, '--yes')
  t.is(done.code, 0, done.stdout + done.stderr)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.deepEqual((await live(controlPlane, 'running', 'configmap/a'))?.data, { a: '1' })
  t.false(reeve.log.some(({ msg, installation: name }) => name === 'acme' && msg === 'patched'))
})

test('killed in the middle, it goes on when it is run again', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'killed' })
  const names = Array.from({ length: 150 }, (_, index) => `c${index}`)
  const objects = documents(...names.map((name) => configMap('killed', name, { a: '1' })))
  await apply(controlPlane, documents(namespace('killed'), objects))
  await fleet.push({ 'acme/all.yaml': objects })
  const taken = async () => {
    const selector = 'reeve.dev/installation=acme'
    const text = await kubectl(
      controlPlane,
      '-n',
      'killed',
      'get',
      'configmaps',
      '-l',
      selector,
      '-o',
      'name',
    )
    return text.split('\n').filter((line) => line !== '').length
  }
  const first = startReeve(['adopt', 'acme', '--yes', ...fleet.options])
  await until('the first object', async () => (await taken()) > 0)
  first.signal('SIGKILL')
  await first.exited
  const again = await adopt(fleet, '--yes')
  t.is(again.code, 0, again.stdout + again.stderr)
  t.is(await taken(), names.length)
  t.regex((await fleet.plan()).stdout, /^No differences/m)
})

test('for programs there is one document, without any value of a Secret', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'document' })
  const secret = (value: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'document', namespace: 'default' },
      data: { a: btoa(value) },
    })
  await apply(controlPlane, secret('hunter2'))
  await fleet.push({ 'acme/a.yaml': secret('hunter3') })
  const { stdout } = await adopt(fleet, '--output', 'json')
  const document = JSON.parse(stdout)
  t.like(document, { apiVersion: 'reeve.dev/v1alpha1', kind: 'Adoption', takes: 1, left: [] })
  t.deepEqual(document.owners, [
    { tool: 'kubectl', objects: [{ group: '', kind: 'Secret', namespace: 'default', name: 'document' }] },
  ])
  t.false(stdout.includes(btoa('hunter2')) || stdout.includes(btoa('hunter3')))
})

function adopt(fleet: Fleet, ...more: string[]): Promise<Finished> {
  return fleet.reeve('adopt', 'acme', ...more)
}

/** All that the chart makes. */
async function lives(t: ExecutionContext<Context>, name: string): Promise<readonly LiveObject[]> {
  const kinds = 'deployments,replicasets,configmaps,services,secrets,pods'
  const text = await kubectl(t.context.controlPlane, '-n', name, 'get', kinds, '-o', 'json')
  const { items } = JSON.parse(text) as { readonly items: readonly LiveObject[] }
  return items.filter(
    ({ metadata, type }) => metadata.name !== 'kube-root-ca.crt' && type !== 'helm.sh/release.v1',
  )
}

/** What stays the same. A Deployment's generation does not: it counts changes of annotations, too. */
function identity({ kind, metadata: { name, uid }, spec, data }: LiveObject): readonly unknown[] {
  return [kind, name, uid, spec, data]
}

const MARK = /helm\.sh\/release|fluxcd\.io|argocd|last-applied/

function marksOn({ metadata }: LiveObject): readonly string[] {
  return Object.keys({ ...metadata.labels, ...metadata.annotations }).filter((name) => MARK.test(name))
}

function replicasOf(status: unknown): unknown {
  return (status as { readonly availableReplicas?: unknown } | undefined)?.availableReplicas
}

/** The same object with labels or annotations. */
function labelled(text: string, metadata: object): string {
  const object = JSON.parse(text)
  return `${JSON.stringify({ ...object, metadata: { ...object.metadata, ...metadata } })}\n`
}

function definition(group: string, kind: string, plural: string): string {
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const openAPIV3Schema = { type: 'object', properties: { spec: open, status: open } }
  return `${JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  })}\n`
}

function fluxObject(
  toolkit: 'kustomize' | 'helm',
  kind: string,
  home: string,
  name: string,
  spec: object,
  status: object = {},
): string {
  const apiVersion = `${toolkit}.toolkit.fluxcd.io/v1`
  return JSON.stringify({ apiVersion, kind, metadata: { name, namespace: home }, spec, status })
}

function application(home: string, name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1',
    kind: 'Application',
    metadata: { name, namespace: home },
    spec,
  })
}

const CHART = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'tag: "1"\n',
  'charts/web/templates/web.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: web, labels: {app.kubernetes.io/managed-by: "{{ .Release.Service }}"}}',
    'spec:',
    '  selector: {matchLabels: {app: web}}',
    '  template:',
    '    metadata: {labels: {app: web}}',
    '    spec: {containers: [{name: web, image: "web:{{ .Values.tag }}"}]}',
    '',
  ].join('\n'),
  'charts/web/templates/more.yaml': [
    'apiVersion: v1',
    'kind: Service',
    'metadata: {name: web}',
    'spec: {selector: {app: web}, ports: [{port: 80}]}',
    '---',
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: web}',
    'data: {release: "{{ .Release.Name }}"}',
    '---',
    'apiVersion: v1',
    'kind: Secret',
    'metadata: {name: web}',
    'stringData: {password: "{{ .Values.tag }}"}',
    '',
  ].join('\n'),
}

/** Its objects have the names of its release. */
const NAMED_CHART = {
  'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
  'charts/app/templates/all.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: "{{ .Release.Name }}-app", labels: {app.kubernetes.io/instance: "{{ .Release.Name }}"}}',
    'data: {home: "{{ .Release.Namespace }}"}',
    '---',
    'apiVersion: v1',
    'kind: ServiceAccount',
    'metadata: {name: "{{ .Release.Name }}"}',
    '',
  ].join('\n'),
}

/** An installation of the chart in each namespace, called like it. */
function released(homes: readonly string[], releaseName?: string) {
  const setting = releaseName === undefined ? '' : `, releaseName: ${releaseName}`
  return Object.fromEntries(
    homes.map((home) => [
      `fleet/${home}.yaml`,
      `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${home}}\nspec: {template: {path: charts/app}, namespace: ${home}${setting}}\n`,
    ]),
  )
}

function installation(home: string, values = '{}'): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {template: {path: charts/web}, namespace: ${home}, values: ${values}}\n`
}
