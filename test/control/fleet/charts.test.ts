import { crdsText } from '../../../src/cli/present/crds-text.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { startPodSimulator } from '../../../src/sandbox/pod-simulator.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { imagesOf } from '../../helpers/images-of.ts'
import { apply, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { MIGRATE_HOOK } from '../../helpers/migrate-hook.ts'
import { newServiceAccount } from '../../helpers/service-account.ts'

const test = controlPlaneTest({ controllers: true }, async (controlPlane) => {
  await apply(controlPlane, crdsText())
  const failureOf = (pod: LiveObject) =>
    imagesOf(pod).some((image) => image.endsWith(':broken')) ? { message: 'no such table' } : undefined
  return {
    pods: startPodSimulator(controlPlane.kubeconfig, { failureOf, jobDuration: 500 }),
  }
})

test.after.always(({ context }) => context.pods?.[Symbol.asyncDispose]())

const CHART = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'tag: "1"\n',
  'charts/web/templates/web.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: web}',
    'spec:',
    '  selector: {matchLabels: {app: web}}',
    '  template:',
    '    metadata: {labels: {app: web}}',
    '    spec: {containers: [{name: web, image: "web:{{ .Values.tag }}"}]}',
    '',
  ].join('\n'),
  ...MIGRATE_HOOK,
  'charts/web/templates/secret.yaml': [
    'apiVersion: v1',
    'kind: Secret',
    'metadata: {name: password}',
    'data:',
    '  password: {{ dig "data" "password" (randAlphaNum 16 | b64enc) (lookup "v1" "Secret" .Release.Namespace "password") }}',
    '',
  ].join('\n'),
}

const installation = (values: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {template: {path: charts/web}, namespace: chart, createNamespace: true, values: ${values}}\n`

const imageOf = (object: LiveObject | undefined) =>
  JSON.stringify(object?.spec).match(/"image":"([^"]*)"/)?.[1]

test('a chart with hooks: an upgrade waits for its hook, a hook that fails stops it, made up values stay', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'charts' })
  const first = await fleet.push({ ...CHART, 'fleet/acme.yaml': installation('{}') })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit === first)
  const job = await live(controlPlane, 'chart', 'job/migrate')
  const deployment = await live(controlPlane, 'chart', 'deployment/web')
  const password = await live(controlPlane, 'chart', 'secret/password')
  t.true(String(job?.metadata.creationTimestamp) <= String(deployment?.metadata.creationTimestamp))

  const second = await fleet.push({ 'fleet/acme.yaml': installation('{tag: "2"}') })
  await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit === second)
  const again = await live(controlPlane, 'chart', 'job/migrate')
  t.not(again?.metadata.uid, job?.metadata.uid)
  t.is(imageOf(again), 'web:2')
  t.is(imageOf(await live(controlPlane, 'chart', 'deployment/web')), 'web:2')
  t.deepEqual((await live(controlPlane, 'chart', 'secret/password'))?.data, password?.data)

  await fleet.push({ 'fleet/acme.yaml': installation('{tag: broken}') })
  await fleet.recorded('acme', ({ state, problems }) => {
    return state === 'degraded' && problems.some(({ message }) => message.includes('no such table'))
  })
  t.is(imageOf(await live(controlPlane, 'chart', 'deployment/web')), 'web:2')
  t.false(reeve.log.some(({ code }) => code === 'internal'))

  const last = await fleet.push({ 'fleet/acme.yaml': installation('{tag: "3"}') })
  await fleet.recorded('acme', ({ state, commit }) => state === 'healthy' && commit === last)
  t.is((await fleet.plan()).code, 0)
})

test('a hook of the end of the installation and the beginning of upgrades runs then', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'turns' })
  const declared = (values: string) => ({
    'fleet/turns.yaml': installation(values)
      .replaceAll('acme', 'turns')
      .replace('namespace: chart', 'namespace: turns'),
  })
  const template = 'charts/web/templates/migrate.yaml'
  const hook = MIGRATE_HOOK[template].replace('pre-install', 'post-install')
  const first = await fleet.push({ ...CHART, [template]: hook, ...declared('{}') })
  {
    await using reeve = fleet.run()
    await fleet.recorded('turns', ({ state, commit }) => state === 'healthy' && commit === first)
    const created = reeve.log.filter(({ msg }) => msg === 'created').map(({ object }) => object)
    t.deepEqual(created.slice(-2), ['Deployment.apps turns/web', 'Job.batch turns/migrate'])
  }
  await fleet.push(declared('{tag: broken}'))
  await using _reeve = fleet.run()
  await fleet.recorded('turns', ({ problems }) => {
    return problems.some(({ message }) => message.includes('no such table'))
  })
  t.is(imageOf(await live(controlPlane, 'turns', 'deployment/web')), 'web:1')
  const last = await fleet.push(declared('{tag: "2"}'))
  await fleet.recorded('turns', ({ state, commit }) => state === 'healthy' && commit === last)
  t.is(imageOf(await live(controlPlane, 'turns', 'deployment/web')), 'web:2')
})

test('a hook that is a Pod is waited for, and runs again with each release, not with a restart', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'pods' })
  const declared = (values: string) => ({
    'fleet/pods.yaml': installation(values)
      .replaceAll('acme', 'pods')
      .replace('namespace: chart', 'namespace: pods'),
  })
  const template = 'charts/web/templates/migrate.yaml'
  const hook = [
    'apiVersion: v1',
    'kind: Pod',
    'metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}',
    'spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:1"}]}',
    '',
  ].join('\n')
  const first = await fleet.push({ ...CHART, [template]: hook, ...declared('{}') })
  const done = async (commit: string) => {
    await using reeve = fleet.run()
    await fleet.recorded('pods', (record) => record.state === 'healthy' && record.commit === commit)
    const { metadata, status } = await liveWhen(controlPlane, 'pods', 'pod/migrate')
    t.is((status as { readonly phase: string }).phase, 'Succeeded')
    return {
      uid: metadata.uid,
      written: reeve.log.filter(({ msg }) => msg === 'replaced' || msg === 'created'),
    }
  }
  const installed = await done(first)
  const order = installed.written.map(({ object }) => String(object))
  t.true(order.indexOf('Pod pods/migrate') < order.indexOf('Deployment.apps pods/web'), order.join(', '))
  const second = await fleet.push(declared('{tag: "2"}'))
  const upgraded = await done(second)
  t.not(upgraded.uid, installed.uid)
  t.is(imageOf(await live(controlPlane, 'pods', 'deployment/web')), 'web:2')
  const restarted = await done(second)
  t.is(restarted.uid, upgraded.uid)
  t.deepEqual(
    restarted.written.map(({ object }) => object),
    [],
  )
})

test('a restart renders the same: nothing is written', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'again' })
  await fleet.push({
    ...CHART,
    'fleet/beta.yaml': installation('{}')
      .replaceAll('acme', 'beta')
      .replace('namespace: chart', 'namespace: again'),
  })
  {
    await using _ = fleet.run()
    await fleet.recorded('beta', ({ state }) => state === 'healthy')
  }
  const versions = async () => {
    const kinds = 'deployments,secrets,jobs'
    const text = await kubectl(controlPlane, '-n', 'again', 'get', kinds, '-o', 'json')
    const { items } = JSON.parse(text) as { readonly items: readonly LiveObject[] }
    return items.map(({ metadata }) => `${metadata.name} ${metadata.generation ?? ''} ${metadata.uid}`)
  }
  const before = await versions()
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(await versions(), before)
  await liveWhen(controlPlane, 'again', 'deployment/web')
})

test('a chart that may not look something up is rendered as soon as it may, without a commit', async (t) => {
  const { controlPlane } = t.context
  const resources = 'configmaps,installations.reeve.dev,installations.reeve.dev/status'
  await kubectl(controlPlane, 'create', 'clusterrole', 'maps', '--verb=*', `--resource=${resources}`)
  await kubectl(controlPlane, 'create', 'clusterrole', 'secrets', '--verb=get', '--resource=secrets')
  const { kubeconfig } = await newServiceAccount(controlPlane, 'looker', 'maps')
  await kubectl(controlPlane, '-n', 'default', 'create', 'secret', 'generic', 'shared')
  await using fleet = await startFleet(controlPlane, { name: 'looks', kubeconfig })
  await fleet.push({
    'charts/map/Chart.yaml': 'apiVersion: v2\nname: map\nversion: 1.0.0\n',
    'charts/map/templates/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: looks}\ndata: {found: {{ (lookup "v1" "Secret" "default" "shared").metadata.name }}}\n',
    'fleet/looks.yaml':
      'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: looks}\nspec: {template: {path: charts/map}}\n',
  })
  await using reeve = fleet.run()
  await fleet.recorded('looks', ({ problems }) => {
    return problems.some(({ message }) => message.includes('secrets "shared" is forbidden'))
  })
  const binding = ['clusterrolebinding', 'looks', '--clusterrole=secrets']
  await kubectl(controlPlane, 'create', ...binding, '--serviceaccount=default:looker')
  await fleet.recorded('looks', ({ state }) => state === 'healthy')
  t.deepEqual((await live(controlPlane, 'default', 'configmap/looks'))?.data, { found: 'shared' })
  t.is(reeve.log.filter(({ code }) => code === 'render-unavailable').length, 1)
})

const GADGETS = [
  'apiVersion: apiextensions.k8s.io/v1',
  'kind: CustomResourceDefinition',
  'metadata: {name: gadgets.example.com}',
  'spec:',
  '  group: example.com',
  '  scope: Namespaced',
  '  names: {kind: Gadget, plural: gadgets}',
  '  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]',
  '',
].join('\n')

test('what fails in passing while kinds are refreshed is told, and tried again by itself', async (t) => {
  const { controlPlane } = t.context
  const rules = [
    '{apiGroups: ["", example.com, reeve.dev, apiextensions.k8s.io], verbs: ["*"],',
    ' resources: [configmaps, gadgets, installations, installations/status, customresourcedefinitions]}',
  ].join('')
  const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: gadgets}'
  await apply(controlPlane, `${role}\nrules: [${rules}]\n`)
  await kubectl(controlPlane, 'create', 'clusterrole', 'one-secret', '--verb=get', '--resource=secrets')
  const { kubeconfig } = await newServiceAccount(controlPlane, 'gadgets', 'gadgets')
  const binding = ['clusterrolebinding', 'one-secret']
  const allow = () =>
    kubectl(
      controlPlane,
      'create',
      ...binding,
      '--clusterrole=one-secret',
      '--serviceaccount=default:gadgets',
    )
  await allow()
  await kubectl(controlPlane, '-n', 'default', 'create', 'secret', 'generic', 'seen')
  await using fleet = await startFleet(controlPlane, { name: 'refresh', kubeconfig })
  await fleet.push({
    'charts/seen/Chart.yaml': 'apiVersion: v2\nname: seen\nversion: 1.0.0\n',
    'charts/seen/templates/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: refresh}\ndata: {found: {{ (lookup "v1" "Secret" "default" "seen").metadata.name }}, gadgets: "{{ .Capabilities.APIVersions.Has "example.com/v1/Gadget" }}"}\n',
    'fleet/seen.yaml':
      'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: seen}\nspec: {template: {path: charts/seen}}\n',
    'gadget/gadget.yaml': 'apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: refresh}\n',
  })
  await using reeve = fleet.run()
  await fleet.recorded('seen', ({ state }) => state === 'healthy')
  t.deepEqual((await live(controlPlane, 'default', 'configmap/refresh'))?.data, {
    found: 'seen',
    gadgets: 'false',
  })

  await kubectl(controlPlane, 'delete', ...binding)
  await apply(controlPlane, GADGETS)
  await reeve.logged('fault in the installation', ({ code }) => code === 'render-unavailable')
  await fleet.recorded('seen', ({ state }) => state === 'invalid')
  await allow()
  await fleet.recorded('seen', ({ state }) => state === 'healthy')
  t.deepEqual((await live(controlPlane, 'default', 'configmap/refresh'))?.data, {
    found: 'seen',
    gadgets: 'true',
  })
  t.is(reeve.log.filter(({ msg }) => msg === 'new commit').length, 1)
})

const RUNAWAY = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}'

test('charts that take for ever hold their own installations only', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'runaways' })
  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "{{ .Values.a }}"}\n`
  const chart = (name: string, templates: string) => ({
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    [`charts/${name}/templates/map.yaml`]: templates,
  })
  const uses = (name: string, values: string) =>
    `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {path: charts/${name}}, values: ${values}}\n`
  const runaways = ['away1', 'away2', 'away3', 'away4']
  await fleet.push({
    ...Object.assign({}, ...[...runaways, 'brisk'].map((name) => chart(name, map(name)))),
    ...Object.fromEntries(
      [...runaways, 'brisk'].map((name) => [`fleet/${name}.yaml`, uses(name, '{a: "1"}')]),
    ),
  })
  await using reeve = fleet.run()
  for (const name of [...runaways, 'brisk']) await fleet.recorded(name, ({ state }) => state === 'healthy')

  const began = performance.now()
  await fleet.push({
    ...Object.assign({}, ...runaways.map((name) => chart(name, `${RUNAWAY}${map(name)}`))),
    'fleet/brisk.yaml': uses('brisk', '{a: "2"}'),
  })
  await liveWhen(controlPlane, 'default', 'configmap/brisk', ({ data }) => (data as { a: string }).a === '2')
  t.log(`live after ${Math.round(performance.now() - began)} ms`)
  t.false(
    reeve.log.some(({ code }) => code === 'chart-failed'),
    'they are still being rendered',
  )
  for (const name of runaways)
    await fleet.recorded(name, ({ problems }) => problems[0]?.code === 'still-rendering')
  await fleet.push(
    Object.assign({}, ...runaways.map((name) => chart(name, map(name))), {
      'fleet/brisk.yaml': uses('brisk', '{a: "3"}'),
    }),
  )
  for (const name of runaways) await fleet.recorded(name, ({ state }) => state === 'healthy')
  t.is((await fleet.plan()).code, 0)
})
