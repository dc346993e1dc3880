import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { collectGarbage, leftByEarlierReeve } from '../../helpers/earlier-reeve.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, deployment, documents } from '../../helpers/manifests.ts'
import { keyWrites, objectWrites } from '../../helpers/object-writes.ts'
import { newServiceAccount } from '../../helpers/service-account.ts'

const test = controlPlaneTest()

const ALLOW = 'Let them go\n\nReeve-Allow-Deletion: *'
const SEALED = /^[0-9a-f]{40}\.[\w-]{16}~[\w-]{8}~[\w-]{22}(~taken)?$/
const EARLIER = /^[0-9a-f]{40}\.[\w-]{16}$/

const maps = (...names: string[]) => documents(...names.map((name) => configMap('default', name, { name })))
const markOf = (object: LiveObject | undefined) => object?.metadata.annotations?.['reeve.dev/applied'] ?? ''

async function marksOf({ controlPlane }: { controlPlane: ControlPlane }, ...names: string[]) {
  const objects = await Promise.all(names.map((name) => live(controlPlane, 'default', `configmap/${name}`)))
  return objects.map(markOf)
}

/** An object again under another name, as a person copies one. */
async function copy(controlPlane: ControlPlane, from: string, to: string): Promise<void> {
  const { metadata, ...object } = (await live(controlPlane, 'default', from)) as LiveObject
  const { labels, annotations } = metadata
  const copied = { ...object, metadata: { name: to, namespace: 'default', labels, annotations } }
  const { code, stderr } = await controlPlane.kubectl(['create', '-f', '-'], {
    input: JSON.stringify(copied),
  })
  if (code !== 0) throw new Error(stderr)
}

/** Another object in place of a ConfigMap, as a restore leaves it: all of it is somebody else's writing. */
async function restoreWithout(controlPlane: ControlPlane, name: string, labels: readonly string[]) {
  const { metadata, ...object } = (await live(controlPlane, 'default', `configmap/${name}`)) as LiveObject
  const left = Object.entries(metadata.labels ?? {}).filter(
    ([label]) => !labels.some((gone) => label === `reeve.dev/${gone}`),
  )
  const { annotations } = metadata
  const restored = {
    ...object,
    metadata: { name, namespace: 'default', labels: Object.fromEntries(left), annotations },
  }
  await kubectl(controlPlane, '-n', 'default', 'delete', `configmap/${name}`)
  const { code, stderr } = await controlPlane.kubectl(['create', '-f', '-'], {
    input: JSON.stringify(restored),
  })
  if (code !== 0) throw new Error(stderr)
}

/** Writes on an object what Reeve writes on its own. */
async function forge(controlPlane: ControlPlane, what: string, repository: string, mark: string) {
  const labels = { 'reeve.dev/installation': 'acme', 'reeve.dev/repository': repository }
  const patch = JSON.stringify({ metadata: { labels, annotations: { 'reeve.dev/applied': mark } } })
  await kubectl(
    controlPlane,
    '-n',
    'default',
    'patch',
    what,
    '--type=merge',
    '-p',
    patch,
    '--field-manager=reeve',
  )
}

/** All that is known only from the local copy is lost. */
async function loseData({ dataDir }: Fleet): Promise<void> {
  for (const directory of [dataDir, `${dataDir}-plan`])
    for (const name of await readdir(directory).catch(() => []))
      await rm(join(directory, name), { recursive: true })
}

test.serial('an upgrade writes nothing, leaves no orphan, and goes on with the old records', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'upgrade' })
  const declared = (...letters: string[]) =>
    documents(...letters.map((n) => configMap('default', `upgrade-${n}`, { n })))
  const first = await fleet.push({ 'acme/all.yaml': declared('a', 'b', 'c', 'd') })
  await leftByEarlierReeve(controlPlane, fleet, first)
  const since = new Date()
  t.is((await fleet.plan()).code, 0)
  t.like(await fleet.sync(), { code: 0 })
  t.deepEqual(await objectWrites(controlPlane, { since }), [])
  const [key, ...others] = await keyWrites(controlPlane, { since })
  t.like(key, { verb: 'create', name: 'reeve-upgrade-seal' })
  t.deepEqual(others, [])
  t.is((await fleet.statusCommits()).length, 1)

  await fleet.push({ 'acme/all.yaml': declared('a', 'c', 'd') })
  t.regex((await fleet.plan()).stdout, /- ConfigMap default\/upgrade-b\n/)
  t.like(await fleet.sync(), { code: 0 })
  t.is(await live(controlPlane, 'default', 'configmap/upgrade-b'), undefined)
  for (const mark of await marksOf(t.context, 'upgrade-a', 'upgrade-c', 'upgrade-d')) t.regex(mark, EARLIER)

  await fleet.push({
    'acme/a.yaml': configMap('default', 'upgrade-a', { n: 'A' }),
    'acme/all.yaml': declared('c', 'd'),
  })
  t.like(await fleet.sync(), { code: 0 })
  const [sealed = '', earlier = ''] = await marksOf(t.context, 'upgrade-a', 'upgrade-c')
  t.regex(sealed, SEALED)
  t.regex(earlier, EARLIER)

  await copy(controlPlane, 'configmap/upgrade-a', 'upgrade-copy')
  await fleet.work.run('switch', '--quiet', '--orphan', 'rewritten')
  await fleet.work.write('acme/all.yaml', declared('d'))
  await fleet.work.commit(ALLOW)
  await fleet.work.run('push', '--quiet', '--force', 'origin', 'HEAD:main')
  await collectGarbage(fleet)
  await loseData(fleet)
  const plan = await fleet.plan()
  t.regex(plan.stdout, /- ConfigMap default\/upgrade-a\n/)
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.is(await live(controlPlane, 'default', 'configmap/upgrade-a'), undefined)
  t.truthy(await live(controlPlane, 'default', 'configmap/upgrade-copy'), 'a copy was never made by Reeve')
  t.truthy(await live(controlPlane, 'default', 'configmap/upgrade-c'), 'nothing proves that Reeve made it')
  const record = await fleet.record('acme')
  t.like(record, { state: 'healthy', objects: { declared: 1, healthy: 1 } })
  t.deepEqual(
    record?.problems.map((problem) => problem.code),
    ['unproven-mark'],
  )
  t.regex(
    record?.problems[0]?.message ?? '',
    /: ConfigMap default\/upgrade-c, ConfigMap default\/upgrade-copy$/,
  )
})

for (const gone of [['installation'], ['repository'], ['installation', 'repository']])
  test.serial(
    `a field that Git drops goes from a restored object without ${gone.join(' and ')}`,
    async (t) => {
      const { controlPlane } = t.context
      const name = `restored-${gone.join('-')}`
      await using fleet = await startFleet(controlPlane, { name })
      await fleet.push({ 'acme/a.yaml': configMap('default', name, { kept: '1', dropped: '1' }) })
      t.like(await fleet.sync(), { code: 0 })
      await restoreWithout(controlPlane, name, gone)
      await fleet.push({ 'acme/a.yaml': configMap('default', name, { kept: '1' }) })
      t.like(await fleet.sync(), { code: 0 })
      const restored = await live(controlPlane, 'default', `configmap/${name}`)
      t.deepEqual(restored?.data, { kept: '1' })
      t.like(restored?.metadata.labels, { 'reeve.dev/installation': 'acme', 'reeve.dev/repository': name })
    },
  )

test.serial('a copy of an object stays and is told once, and what Git drops goes all the same', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'copy' })
  await fleet.push({ 'acme/all.yaml': maps('copy-a', 'copy-b', 'copy-c') })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await copy(controlPlane, 'configmap/copy-a', 'copy-of-a')
  const told = await reeve.logged('not deleted')
  t.like(told, { installation: 'acme', object: 'ConfigMap default/copy-of-a', code: 'unproven-mark' })
  const record = await fleet.recorded('acme', ({ problems }) => problems.length > 0)
  t.like(record, { state: 'healthy', problems: [{ code: 'unproven-mark' }] })

  const plan = await fleet.plan()
  t.regex(plan.stdout, /ConfigMap default\/copy-of-a\s[\s\S]*marked as managed by Reeve/)
  await fleet.push({ 'acme/all.yaml': maps('copy-a', 'copy-b') })
  await goneWhen(controlPlane, 'default', 'configmap/copy-c')
  await fleet.push({ acme: undefined }, ALLOW)
  await goneWhen(controlPlane, 'default', 'configmap/copy-a')
  await reeve.logged('status commit', ({ subject }) => /^acme: gone at /.test(String(subject)))
  t.truthy(await live(controlPlane, 'default', 'configmap/copy-of-a'))
  t.is(reeve.log.filter(({ msg }) => msg === 'not deleted').length, 1)
})

test.serial('a copy that Git comes to declare is not taken for our own, and adopt takes it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'declared-copy' })
  await fleet.push({ 'acme/all.yaml': maps('declared-a') })
  t.like(await fleet.sync(), { code: 0 })
  await copy(controlPlane, 'configmap/declared-a', 'declared-copy')
  await fleet.push({ 'acme/all.yaml': maps('declared-a', 'declared-copy') })
  t.like(await fleet.sync(), { code: 1 })
  t.deepEqual(
    (await fleet.record('acme'))?.problems.map(({ code }) => code),
    ['not-owned'],
  )
  const adopted = await fleet.reeve('adopt', 'acme', '--yes')
  t.is(adopted.code, 0, adopted.stderr)
  t.like(await fleet.sync(), { code: 0 })
  for (const mark of await marksOf(t.context, 'declared-a', 'declared-copy')) t.regex(mark, SEALED)
  await fleet.push({ 'acme/all.yaml': maps('declared-a') })
  t.like(await fleet.sync(), { code: 0 })
  t.is(await live(controlPlane, 'default', 'configmap/declared-copy'), undefined)
})

test.serial('labels and a mark that are written by hand delete nothing', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'forged' })
  const first = await fleet.push({ 'acme/all.yaml': maps('forged-a', 'forged-b', 'forged-c') })
  t.like(await fleet.sync(), { code: 0 })
  const [ours = ''] = await marksOf(t.context, 'forged-a')
  await kubectl(controlPlane, '-n', 'default', 'create', 'secret', 'generic', 'forged-secret')
  await kubectl(controlPlane, '-n', 'default', 'create', 'serviceaccount', 'forged-account')
  await apply(controlPlane, deployment('default', 'forged-web', 0))
  const digest = 'abcdef-_ABCDEF12'
  const forgeries = {
    'secret/forged-secret': `${'1'.repeat(40)}.${digest}`,
    'serviceaccount/forged-account': `${first}.${digest}`,
    'deployment/forged-web': `${first}.${ours.slice(41, 57)}`,
  }
  for (const [what, mark] of Object.entries(forgeries)) await forge(controlPlane, what, 'forged', mark)
  const marks = [
    ours,
    ours.replace(/~.*/, ''),
    `${ours} `,
    ours.toUpperCase(),
    `${first}.${digest}~AAAAAAAA~${'A'.repeat(22)}`,
    'x',
    '',
  ]
  for (const [index, mark] of marks.entries()) {
    await kubectl(controlPlane, '-n', 'default', 'create', 'configmap', `forged-${index}`)
    await forge(controlPlane, `configmap/forged-${index}`, 'forged', mark)
  }

  const plan = await fleet.plan()
  t.regex(plan.stdout, /0 to delete/)
  t.like(await fleet.sync(), { code: 0 })
  await fleet.push({ 'acme/all.yaml': maps('forged-a', 'forged-b') })
  t.regex((await fleet.plan()).stdout, /1 to delete/)
  t.like(await fleet.sync(), { code: 0 })
  t.is(await live(controlPlane, 'default', 'configmap/forged-c'), undefined)
  for (const what of [...Object.keys(forgeries), ...marks.map((_, index) => `configmap/forged-${index}`)])
    t.truthy(await live(controlPlane, 'default', what), what)
})

test.serial('the label of an installation that is changed by hand deletes nothing', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'relabelled' })
  await fleet.push({
    'acme/all.yaml': maps('relabelled-a', 'relabelled-b', 'relabelled-c'),
    'beta/all.yaml': maps('relabelled-d', 'relabelled-e'),
  })
  t.like(await fleet.sync(), { code: 0 })
  await kubectl(
    controlPlane,
    '-n',
    'default',
    'label',
    '--overwrite',
    'cm/relabelled-a',
    'reeve.dev/installation=beta',
  )
  await fleet.push({ 'acme/all.yaml': maps('relabelled-b', 'relabelled-c') })
  t.like(await fleet.sync(), { code: 0 })
  t.truthy(await live(controlPlane, 'default', 'configmap/relabelled-a'))
  t.deepEqual(
    (await fleet.record('beta'))?.problems.map(({ code }) => code),
    ['unproven-mark'],
  )
})

test.serial('forged objects neither block a deletion by the limits nor loosen these', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'limits' })
  const first = await fleet.push({ 'acme/all.yaml': maps('limits-a', 'limits-b', 'limits-c', 'limits-d') })
  t.like(await fleet.sync(), { code: 0 })
  const labels = { 'reeve.dev/installation': 'acme', 'reeve.dev/repository': 'limits' }
  const forged = Array.from({ length: 30 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `limits-forged-${index}`,
      namespace: 'default',
      labels,
      annotations: { 'reeve.dev/applied': `${first}.abcdef-_ABCDEF12` },
      ...(index % 2 === 0 && { finalizers: ['e2e.dev/stays'] }),
    },
  }))
  await apply(controlPlane, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: forged }))
  const terminating = forged.filter(({ metadata }) => 'finalizers' in metadata).slice(0, 8)
  for (const { metadata } of terminating)
    await kubectl(controlPlane, '-n', 'default', 'delete', '--wait=false', `cm/${metadata.name}`)

  await fleet.push({ 'acme/all.yaml': maps('limits-a', 'limits-b', 'limits-c') })
  t.like(await fleet.sync(), { code: 0 })
  t.is(await live(controlPlane, 'default', 'configmap/limits-d'), undefined)

  await fleet.push({ 'acme/all.yaml': maps('limits-a') })
  t.like(await fleet.sync(), { code: 1 })
  const record = await fleet.record('acme')
  t.deepEqual(
    record?.problems.map(({ code }) => code),
    ['deletion-limit', 'unproven-mark'],
  )
  t.regex(
    record?.problems[0]?.message ?? '',
    /2 of the 3 objects of acme: ConfigMap default\/limits-b, ConfigMap default\/limits-c$/,
  )
  t.truthy(await live(controlPlane, 'default', 'configmap/limits-b'))
  t.truthy(await live(controlPlane, 'default', 'configmap/limits-forged-1'))
})

test.serial('what cannot be proven while the remote is away is left until it is back', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'away' })
  await fleet.push({ 'acme/all.yaml': maps('away-a', 'away-b', 'away-c') })
  t.like(await fleet.sync(), { code: 0 })
  const before = await live(controlPlane, 'default', 'configmap/away-c')
  await fleet.push({ 'acme/all.yaml': maps('away-a', 'away-b') })
  t.like(await fleet.sync(), { code: 0 })
  await loseData(fleet)
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  await fleet.git.stop()
  await kubectl(controlPlane, '-n', 'default', 'create', 'configmap', 'away-c', '--from-literal=name=away-c')
  await forge(controlPlane, 'configmap/away-c', 'away', markOf(before).replace(/~.*/, ''))
  await reeve.logged('object not as declared', ({ code }) => code === 'proof-unavailable')
  t.truthy(await live(controlPlane, 'default', 'configmap/away-c'))
  await fleet.git.start()
  await goneWhen(controlPlane, 'default', 'configmap/away-c')
})

test.serial('without the right to its key Reeve works, and proves from Git alone', async (t) => {
  const { controlPlane } = t.context
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'no-secrets' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
  }
  await apply(controlPlane, JSON.stringify(role))
  const { kubeconfig } = await newServiceAccount(controlPlane, 'keyless', 'no-secrets')
  await using fleet = await startFleet(controlPlane, { name: 'keyless', kubeconfig })
  await fleet.push({ 'acme/all.yaml': maps('keyless-a', 'keyless-b', 'keyless-c') })
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.is(stderr.split('no seal key').length, 2)
  const [mark = ''] = await marksOf(t.context, 'keyless-a')
  t.regex(mark, /^[0-9a-f]{40}\.[\w-]{16}~[\w-]{8}$/)
  await fleet.push({ 'acme/all.yaml': maps('keyless-a', 'keyless-b') })
  t.like(await fleet.sync(), { code: 0 })
  t.is(await live(controlPlane, 'default', 'configmap/keyless-c'), undefined)
})

test.serial('the key is made once, belongs to no installation, and plan makes none', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'key' })
  await fleet.push({ 'acme/all.yaml': maps('key-a') })
  await fleet.plan()
  t.is(await live(controlPlane, 'default', 'secret/reeve-key-seal'), undefined)
  await fleet.sync()
  const made = await liveWhen(controlPlane, 'default', 'secret/reeve-key-seal')
  t.is(made.metadata.labels?.['reeve.dev/repository'], undefined)
  t.is(Buffer.from(String((made.data as unknown as { key: string }).key), 'base64').length, 32)
  const key = String((made.data as unknown as { key: string }).key)
  const { stdout, stderr } = await fleet.sync('--log-level', 'trace')
  t.false(`${stdout}${stderr}`.includes(key))
  t.is((await live(controlPlane, 'default', 'secret/reeve-key-seal'))?.metadata.uid, made.metadata.uid)
})
