import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Files, type Fleet, startFleet } from '../../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, custom, definition, deployment, documents, namespace } from '../../helpers/manifests.ts'
import { staticNodePort } from '../../helpers/static-range.ts'

const test = controlPlaneTest()

test.before(async ({ context }) => {
  await context.controlPlane.kubectl(['apply', '-f', '-'], { input: definition('chats', 'Chat') })
})

const installation = (name: string, spec: object) =>
  `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec })}\n`

/** Pushes and syncs; the sync is to succeed. */
async function settled(fleet: Fleet, files: Files): Promise<void> {
  await fleet.push(files)
  const { code, stdout, stderr } = await fleet.sync()
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`)
}

/** What is there of one kind, by name. */
async function names(controlPlane: ControlPlane, at: string, kind: string): Promise<readonly string[]> {
  const text = await kubectl(controlPlane, '-n', at, 'get', kind, '-o', 'name')
  return text.split('\n').flatMap((line) => line.split('/')[1] ?? [])
}

test('a typo in the kind of a template deletes nothing of the installations that it makes', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'typo-kind' })
  const template = (kind: string) =>
    documents(
      custom(kind, 'typo-kind', '${installation.name}'),
      ...['a', 'b', 'c'].map((name) => configMap('typo-kind', `\${installation.name}-${name}`, {})),
    )
  const customers = ['acme', 'beta', 'gamma']
  await settled(fleet, {
    'platform/ns.yaml': namespace('typo-kind'),
    'templates/chat/all.yaml': template('Chat'),
    ...Object.fromEntries(
      customers.map((name) => [
        `fleet/${name}.yaml`,
        installation(name, { template: { path: 'templates/chat' } }),
      ]),
    ),
  })
  await fleet.push({ 'templates/chat/all.yaml': template('Chatt') })
  const plan = await fleet.plan()
  t.regex(plan.stdout, /! Chat\.e2e\.dev typo-kind\/acme\n.*until its possible replacement is\s+applied/)
  for (let run = 0; run < 2; run++) {
    const { code, stdout } = await fleet.sync()
    t.is(code, 1)
    t.regex(stdout, /1 object waits for\s+Chatt\.e2e\.dev\s+typo-kind\/acme\s+to\s+be\s+applied/)
    t.deepEqual(await names(controlPlane, 'typo-kind', 'chats'), customers)
  }
  const record = await fleet.record('acme')
  t.is(record?.state, 'failed')
  t.regex(record?.problems.find(({ code }) => code === 'waiting')?.remedy ?? '', /Reeve-Allow-Deletion/)

  await settled(fleet, { 'templates/chat/all.yaml': template('Chat') })
  t.deepEqual(await names(controlPlane, 'typo-kind', 'chats'), customers)
})

const TYPOS: Readonly<
  Record<string, (home: string) => readonly [before: string, after: string, kept: string]>
> = {
  'in the kind of a built-in object': (home) => [
    deployment(home, 'web'),
    deployment(home, 'web').replace('"Deployment"', '"Deploymnt"'),
    'deployment/web',
  ],
  'in the API group': (home) => [
    deployment(home, 'web'),
    deployment(home, 'web').replace('apps/v1', 'app/v1'),
    'deployment/web',
  ],
  'in the namespace': (home) => [deployment(home, 'web'), deployment(`${home}x`, 'web'), 'deployment/web'],
  'in a field of what gets another name': (home) => [
    configMap(home, 'settings', { a: '1' }),
    configMap(home, 'settings-2', { 'not a key': '1' }),
    'configmap/settings',
  ],
}

for (const [where, change] of Object.entries(TYPOS))
  test(`a typo ${where} deletes nothing, and mended it does`, async (t) => {
    const { controlPlane } = t.context
    const home = `typo-${where.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}`
    await using fleet = await startFleet(controlPlane, { name: home })
    const [before, after, kept] = change(home)
    const others = ['x', 'y', 'z'].map((name) => configMap(home, name, {}))
    await settled(fleet, { 'acme/ns.yaml': namespace(home), 'acme/all.yaml': documents(...others, before) })
    await fleet.push({ 'acme/all.yaml': documents(...others, after) })
    t.is((await fleet.sync()).code, 1)
    t.truthy(await live(controlPlane, home, kept))
    t.is((await fleet.sync()).code, 1, 'a new process finds the same')
    t.truthy(await live(controlPlane, home, kept))
    await settled(fleet, { 'acme/all.yaml': documents(...others, configMap(home, 'other', {})) })
    t.is(await live(controlPlane, home, kept), undefined)
  })

test('a deletion that waits through many rounds is no fight with anybody', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'long-wait' })
  const files = (kind: string, round: number) =>
    documents(
      custom(kind, 'long-wait', 'chat'),
      ...['a', 'b', 'c'].map((name) => configMap('long-wait', name, { round: `${round}` })),
    )
  await settled(fleet, { 'platform/ns.yaml': namespace('long-wait'), 'acme/all.yaml': files('Chat', 0) })
  await using reeve = fleet.run()
  for (let round = 1; round <= 6; round += 1) {
    await fleet.push({ 'acme/all.yaml': files('Chatt', round) })
    const isOf = (object: object) => JSON.stringify(object).includes(`"round":"${round}"`)
    await liveWhen(controlPlane, 'long-wait', 'configmap/c', isOf)
  }
  const { problems } = await fleet.recorded('acme', ({ state }) => state === 'failed')
  t.deepEqual(problems.map(({ code }) => code).toSorted(), ['unknown-kind', 'waiting'])
  t.truthy(await live(controlPlane, 'long-wait', 'chat/chat'))
  await fleet.push({ 'acme/all.yaml': files('Chat', 7) })
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.truthy(await live(controlPlane, 'long-wait', 'chat/chat'))
  t.false(reeve.log.some(({ code }) => code === 'contended'))
})

test('a directory that is renamed with a typo keeps what the typo would delete', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'renamed' })
  const files = (kind: string) => documents(custom(kind, 'renamed', 'chat'), configMap('renamed', 'web', {}))
  await settled(fleet, { 'platform/ns.yaml': namespace('renamed'), 'acme/all.yaml': files('Chat') })
  await fleet.push({ acme: undefined, 'acme2/all.yaml': files('Chatt') })
  const { code, stdout } = await fleet.sync()
  t.is(code, 1)
  t.regex(stdout, /waits for\s+Chatt\.e2e\.dev\s+renamed\/chat\s+of\s+installation\s+acme2/)
  t.truthy(await live(controlPlane, 'renamed', 'chat/chat'))
  await settled(fleet, { 'acme2/all.yaml': files('Chat') })
  t.truthy(await live(controlPlane, 'renamed', 'chat/chat'))
  t.is(await fleet.record('acme'), undefined)
})

test('an installation that is renamed in its document with a typo goes when the new one is applied', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'renamed-document' })
  const key = (name: string) => ({ template: { path: 'templates/chat' }, values: { key: name } })
  await settled(fleet, {
    'platform/ns.yaml': namespace('renamed-document'),
    'templates/chat/all.yaml': configMap('renamed-document', '${installation.name}', {
      '${values.key}': '1',
    }),
    'fleet/acme.yaml': installation('acme', key('size')),
  })
  const renamed = (name: string) => ({ 'fleet/acme2.yaml': installation('acme2', key(name)) })
  await fleet.push({ 'fleet/acme.yaml': undefined, ...renamed('not a key') })
  t.is((await fleet.sync()).code, 1)
  t.truthy(await live(controlPlane, 'renamed-document', 'configmap/acme'))
  await settled(fleet, renamed('size'))
  t.is(await live(controlPlane, 'renamed-document', 'configmap/acme'), undefined)
  t.truthy(await live(controlPlane, 'renamed-document', 'configmap/acme2'))
})

test('an object that moves to another installation with a typo in its kind stays', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'moved' })
  const rest = documents(...['a', 'b', 'c'].map((name) => configMap('moved', name, {})))
  const other = configMap('moved', 'other', {})
  await settled(fleet, {
    'acme/ns.yaml': namespace('moved'),
    'acme/all.yaml': documents(rest, deployment('moved', 'web')),
    'beta/all.yaml': other,
  })
  const typo = deployment('moved', 'web').replace('"Deployment"', '"Deploymnt"')
  await fleet.push({ 'acme/all.yaml': rest, 'beta/all.yaml': documents(other, typo) })
  t.is((await fleet.sync()).code, 1)
  t.truthy(await live(controlPlane, 'moved', 'deployment/web'))
  await settled(fleet, { 'beta/all.yaml': documents(other, deployment('moved', 'web')) })
  t.truthy(await live(controlPlane, 'moved', 'deployment/web'))
})

test('what was unresolved before a commit holds none of its deletions, also in a new process', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'unresolved-before' })
  const maps = (...keys: string[]) => documents(...keys.map((key) => configMap('unresolved', key, {})))
  await settled(fleet, { 'acme/ns.yaml': namespace('unresolved'), 'acme/all.yaml': maps('a', 'b', 'c', 'd') })
  await fleet.push({ 'acme/unknown.yaml': custom('Unknown', 'unresolved', 'x') })
  t.is((await fleet.sync()).code, 1)
  await fleet.push({ 'acme/refused.yaml': configMap('unresolved', 'refused', { 'not a key': '' }) })
  t.is((await fleet.sync()).code, 1)
  await fleet.push({ 'acme/all.yaml': maps('a', 'b', 'c') })
  t.is((await fleet.sync()).code, 1)
  t.is(await live(controlPlane, 'unresolved', 'configmap/d'), undefined)
  await fleet.push({
    'acme/all.yaml': maps('a', 'b'),
    'acme/refused.yaml': configMap('unresolved', 'refused', { 'no key either': '' }),
  })
  t.is((await fleet.sync()).code, 1)
  t.truthy(await live(controlPlane, 'unresolved', 'configmap/c'), 'this commit brought another refusal')
})

test('what others own holds no deletion', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'foreign' })
  const maps = (...keys: string[]) => documents(...keys.map((key) => configMap('foreign', key, {})))
  await settled(fleet, { 'acme/ns.yaml': namespace('foreign'), 'acme/all.yaml': maps('a', 'b', 'c') })
  await kubectl(controlPlane, '-n', 'foreign', 'create', 'configmap', 'theirs')
  await fleet.push({ 'acme/all.yaml': maps('a', 'b', 'theirs') })
  t.is((await fleet.sync()).code, 1)
  t.is(await live(controlPlane, 'foreign', 'configmap/c'), undefined)
  t.like((await fleet.record('acme'))?.problems, [{ code: 'not-owned' }])
})

test('a commit that allows a deletion waits for nothing', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'allowed' })
  const chat = (kind: string) => documents(custom(kind, 'allowed', 'chat'), configMap('allowed', 'a', {}))
  await settled(fleet, { 'acme/ns.yaml': namespace('allowed'), 'acme/all.yaml': chat('Chat') })
  await fleet.push({ 'acme/all.yaml': chat('Chatt') }, 'Change the kind\n\nReeve-Allow-Deletion: acme')
  t.is((await fleet.sync()).code, 1)
  t.is(await live(controlPlane, 'allowed', 'chat/chat'), undefined)
})

test('an object that holds what another one is refused for goes first', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'node-port' })
  const service = (name: string) =>
    `${JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'node-port' },
      spec: {
        type: 'NodePort',
        selector: { app: 'web' },
        ports: [{ port: 80, nodePort: staticNodePort(0) }],
      },
    })}\n`
  const maps = documents(...['a', 'b'].map((name) => configMap('node-port', name, {})))
  await settled(fleet, {
    'acme/ns.yaml': namespace('node-port'),
    'acme/maps.yaml': maps,
    'acme/service.yaml': service('web'),
  })
  await settled(fleet, { 'acme/service.yaml': service('web-2') })
  t.deepEqual(await names(controlPlane, 'node-port', 'services'), ['web-2'])
})

test('the deletion of an admission webhook waits for nothing: it may be what refuses all else', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'webhook' })
  const webhook = `${JSON.stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'held-deletions' },
    webhooks: [],
  })}\n`
  const maps = documents(...['a', 'b'].map((name) => configMap('webhook', name, {})))
  await settled(fleet, {
    'acme/ns.yaml': namespace('webhook'),
    'acme/maps.yaml': maps,
    'acme/webhook.yaml': webhook,
  })
  await fleet.push({ 'acme/webhook.yaml': custom('Unknown', 'webhook', 'x') })
  t.is((await fleet.sync()).code, 1)
  t.is(await live(controlPlane, '', 'validatingwebhookconfiguration/held-deletions'), undefined)
})

test('a directory that is no longer read deletes nothing of what was below it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'unread' })
  await settled(fleet, {
    'platform/ns.yaml': namespace('unread'),
    'eu/acme/config.yaml': configMap('unread', 'acme', {}),
    'eu/beta/config.yaml': configMap('unread', 'beta', {}),
  })
  const { work } = fleet
  await work.run('rm', '--quiet', '-r', 'eu')
  await work.run('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},eu`)
  await work.run('commit', '--quiet', '-m', 'Make it a submodule')
  await work.run('push', '--quiet')
  const { code } = await fleet.sync()
  t.is(code, 1)
  t.deepEqual(await names(controlPlane, 'unread', 'configmaps'), ['acme', 'beta'])
})
