import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { git } from '../../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { forgeRecord } from '../../helpers/forge-record.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, definition, documents, namespace } from '../../helpers/manifests.ts'

const test = controlPlaneTest()

const maps = (home: string, ...names: string[]) =>
  documents(...names.map((name) => configMap(home, name, { name })))

/** What asks for permission, ready to be pasted. */
const COMMAND = `
  git commit --allow-empty -m "Allow deletions" \\
    --trailer "Reeve-Allow-Deletion: acme"`

test('what Git no longer declares is deleted, except where an annotation keeps it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'prune' })
  await fleet.push({
    'acme/keep.yaml': documents(namespace('prune'), maps('prune', 'a', 'b', 'c')),
    'acme/go.yaml': maps('prune', 'go'),
    'acme/kept.yaml': KEPT,
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const commit = await fleet.push({ 'acme/go.yaml': undefined, 'acme/kept.yaml': undefined })
  const record = await fleet.recorded('acme', (r) => r.commit === commit)
  t.is(record.state, 'healthy')
  t.like(record.problems, [{ code: 'prune-disabled', object: 'ConfigMap prune/kept' }])
  t.deepEqual(record.changes, [{ object: 'ConfigMap prune/go', action: 'deleted', reason: 'commit', commit }])
  t.is(await live(controlPlane, 'prune', 'configmap/go'), undefined)
  t.truthy(await live(controlPlane, 'prune', 'configmap/kept'))
  t.truthy(await reeve.logged('deleted'))
})

test('objects of a kind that no installation declares any more are found and deleted, also by a new process', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'last-of-kind' })
  await fleet.push({
    'acme/all.yaml': maps('default', 'kind-a', 'kind-b'),
    'acme/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: last-of-kind}\nstringData: {a: b}\n',
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/secret.yaml': undefined })
  const { stdout } = await fleet.plan()
  t.regex(stdout, /- Secret default\/last-of-kind/)
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  t.is(await live(controlPlane, 'default', 'secret/last-of-kind'), undefined)
})

test('more than half of an installation goes only when a commit says so', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'limit' })
  await fleet.push({
    'acme/a.yaml': maps('default', 'limit-a', 'limit-b'),
    'acme/b.yaml': maps('default', 'limit-c', 'limit-d', 'limit-e'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const half = await fleet.push({ 'acme/b.yaml': undefined })
  const blocked = await fleet.recorded('acme', ({ commit }) => commit === half)
  t.is(blocked.state, 'failed')
  const [problem, ...others] = blocked.problems
  t.deepEqual(others, [], 'asked for once')
  t.is(
    problem?.message,
    'more would be deleted than a commit may delete without saying so: 3 of the 5 objects of acme: ' +
      'ConfigMap default/limit-c, ConfigMap default/limit-d, ConfigMap default/limit-e',
  )
  t.true(problem?.remedy?.endsWith(COMMAND))
  const told = reeve.log.filter(({ code }) => code === 'deletion-limit')
  t.deepEqual(
    told.map(({ objects }) => objects),
    [['c', 'd', 'e'].map((name) => `ConfigMap default/limit-${name}`)],
  )
  t.truthy(await live(controlPlane, 'default', 'configmap/limit-e'))
  const plan = await fleet.plan()
  t.is(plan.stdout.split('Reeve-Allow-Deletion').length, 2, plan.stdout)
  t.true(plan.stdout.includes(COMMAND.replaceAll('\n', '\n  ')), plan.stdout)

  await fleet.push({}, 'Let them go\n\nReeve-Allow-Deletion: acme')
  await goneWhen(controlPlane, 'default', 'configmap/limit-e')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.truthy(await live(controlPlane, 'default', 'configmap/limit-a'))
  t.is(reeve.log.filter(({ msg }) => msg === 'deleted').length, 3)
})

test('an installation whose directory goes leaves nothing behind, not even its record', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'directory' })
  await fleet.push({
    'eu/acme/all.yaml': documents(namespace('directory'), maps('directory', 'a', 'b')),
    'beta/all.yaml': maps('default', 'directory-beta'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('eu/acme', ({ state }) => state === 'healthy')
  await fleet.push({ eu: undefined })
  const blocked = await fleet.recorded('eu/acme', ({ state }) => state === 'failed')
  t.deepEqual([...new Set(blocked.problems.map(({ code }) => code))], ['deletion-limit'])
  t.truthy(await live(controlPlane, 'directory', 'configmap/a'))

  await fleet.push({}, 'Remove acme\n\nReeve-Allow-Deletion: eu/acme')
  await goneWhen(controlPlane, 'directory', 'configmap/a')
  await goneWhen(controlPlane, 'directory', 'configmap/b')
  const [deletedNamespace] = [await reeve.logged('deleted', ({ object }) => object === 'Namespace directory')]
  t.is(deletedNamespace.installation, 'eu/acme')
  // No controller empties the namespace here.
  await finalize(controlPlane, 'directory')
  await goneWhen(controlPlane, '', 'namespace/directory')
  await reeve.logged('status commit', ({ subject }) => /^eu\/acme: gone at /.test(String(subject)))
  t.is(await fleet.record('eu/acme'), undefined)
  t.truthy(await fleet.record('beta'))
})

async function finalize(controlPlane: ControlPlane, name: string): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} })
  await controlPlane.kubectl(['replace', '--raw', `/api/v1/namespaces/${name}/finalize`, '-f', '-'], {
    input,
  })
}

test('what comes back of an installation that is gone goes again', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'back' })
  await fleet.push({ 'acme/a.yaml': maps('default', 'back'), 'beta/a.yaml': maps('default', 'stays') })
  await using reeve = fleet.run()
  await fleet.recorded('beta', ({ state }) => state === 'healthy')
  const saved = await live(controlPlane, 'default', 'configmap/back')
  await fleet.push({ 'acme/a.yaml': undefined }, 'Go\n\nReeve-Allow-Deletion: acme')
  await reeve.logged('status commit', ({ subject }) => /acme: gone/.test(String(subject)))
  const later = await fleet.push({ 'beta/b.yaml': maps('default', 'more') })
  await fleet.recorded('beta', ({ commit, state }) => commit === later && state === 'healthy')
  const { uid: _uid, resourceVersion: _version, ...metadata } = saved?.metadata ?? {}
  await apply(controlPlane, JSON.stringify({ ...saved, metadata }))
  await goneWhen(controlPlane, 'default', 'configmap/back')
  t.truthy(await live(controlPlane, 'default', 'configmap/stays'))
})

test('an object that moves to another installation is handed over as it is', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'move' })
  await fleet.push({
    'acme/all.yaml': maps('default', 'moving', 'staying'),
    'beta/all.yaml': maps('default', 'other'),
  })
  await using reeve = fleet.run()
  await fleet.recorded('beta', ({ state }) => state === 'healthy')
  const before = await liveWhen(controlPlane, 'default', 'configmap/moving')
  await fleet.push({
    'acme/all.yaml': maps('default', 'staying'),
    'beta/all.yaml': maps('default', 'other', 'moving'),
  })
  const after = await liveWhen(
    controlPlane,
    'default',
    'configmap/moving',
    ({ metadata }) => metadata.labels?.['reeve.dev/installation'] === 'beta',
  )
  t.is(after.metadata.uid, before.metadata.uid)
  await fleet.recorded('beta', ({ objects }) => objects.healthy === 2)
  await fleet.recorded('acme', ({ objects }) => objects.declared === 1)
  t.is(reeve.log.filter(({ msg }) => msg === 'deleted').length, 0)
  t.is((await fleet.plan()).code, 0)
})

test('a whole installation that is renamed is handed over as it is', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'rename' })
  const text = maps('default', 'renamed-a', 'renamed-b', 'renamed-c')
  await fleet.push({ 'old/all.yaml': text })
  await using reeve = fleet.run()
  await fleet.recorded('old', ({ state }) => state === 'healthy')
  const before = await live(controlPlane, 'default', 'configmap/renamed-a')
  await fleet.push({ old: undefined, 'new/all.yaml': text })
  await fleet.recorded('new', ({ state }) => state === 'healthy')
  t.is((await live(controlPlane, 'default', 'configmap/renamed-a'))?.metadata.uid, before?.metadata.uid)
  t.is(await fleet.record('old'), undefined)
  t.is(reeve.log.filter(({ msg }) => msg === 'deleted').length, 0)
})

test('a Namespace and a CustomResourceDefinition are protected until a commit names their installation', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'protect' })
  await fleet.push({
    'acme/maps.yaml': maps('default', 'protect-a', 'protect-b', 'protect-c'),
    'acme/namespace.yaml': namespace('protect'),
    'acme/crd.yaml': definition('shields', 'Shield'),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/namespace.yaml': undefined, 'acme/crd.yaml': undefined })
  const refused = await fleet.sync()
  t.is(refused.code, 1)
  const problems = (await fleet.record('acme'))?.problems ?? []
  t.deepEqual(
    problems.map(({ message }) => message),
    [
      'deleting an object of this kind also deletes data: ' +
        'CustomResourceDefinition.apiextensions.k8s.io shields.e2e.dev, Namespace protect',
    ],
  )
  t.true(problems[0]?.remedy?.endsWith(COMMAND))
  const names = await kubectl(controlPlane, 'get', 'namespace/protect', 'crd/shields.e2e.dev', '-o', 'name')
  t.is(names.trim().split('\n').length, 2)

  await fleet.push({}, 'Let them go\n\nReeve-Allow-Deletion: *')
  await fleet.sync()
  await goneWhen(controlPlane, '', 'crd/shields.e2e.dev')
  const going = await live(controlPlane, '', 'namespace/protect')
  t.truthy(going?.metadata.deletionTimestamp)
})

test('a record that is set back makes no earlier trailer count again', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'forged' })
  const first = await fleet.push({
    'acme/a.yaml': maps('default', 'forged-a', 'forged-b'),
    'acme/b.yaml': maps('default', 'forged-c', 'forged-d', 'forged-e'),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/b.yaml': undefined }, 'Remove three\n\nReeve-Allow-Deletion: acme')
  t.is((await fleet.sync()).code, 0)
  await goneWhen(controlPlane, 'default', 'configmap/forged-e')
  await fleet.push({ 'acme/a.yaml': maps('default', 'forged-x') }, 'Remove two without a word')
  for (const forged of [{ done: first }, { done: undefined, commit: first, state: 'failed', source: 'x' }]) {
    await forgeRecord(fleet, 'acme', forged)
    t.is((await fleet.sync()).code, 1, JSON.stringify(forged))
    t.truthy(await live(controlPlane, 'default', 'configmap/forged-a'))
  }
  await fleet.push({}, 'Let them go\n\nReeve-Allow-Deletion: acme')
  await fleet.push({ 'beta/a.yaml': maps('default', 'forged-beta') }, 'Something else on top')
  t.is((await fleet.sync()).code, 0, 'an earlier trailer counts for what was gone at it')
  await goneWhen(controlPlane, 'default', 'configmap/forged-a')
})

test('the trailer of a commit that was passed over counts, though no status says what was synced', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'passed' })
  await fleet.push({
    'acme/a.yaml': maps('default', 'passed-a', 'passed-b'),
    'acme/b.yaml': maps('default', 'passed-c'),
  })
  t.is((await fleet.sync()).code, 0)
  await loseStatuses(fleet)
  await fleet.push({ 'acme/a.yaml': undefined }, 'Remove two\n\nReeve-Allow-Deletion: acme')
  await fleet.push({ 'beta/a.yaml': maps('default', 'passed-d') }, 'Something else on top')
  t.is((await fleet.sync()).code, 0)
  await goneWhen(controlPlane, 'default', 'configmap/passed-a')
})

test('a trailer that was taken back before anybody saw it does not count for a later commit', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'taken-back' })
  const removed = maps('default', 'taken-back-a', 'taken-back-b')
  await fleet.push({ 'acme/a.yaml': removed, 'acme/b.yaml': maps('default', 'taken-back-c') })
  t.is((await fleet.sync()).code, 0)
  await loseStatuses(fleet)
  await fleet.push({ 'acme/a.yaml': undefined }, 'Remove two\n\nReeve-Allow-Deletion: acme')
  await fleet.push({ 'acme/a.yaml': removed }, 'Revert')
  await fleet.push({ 'acme/a.yaml': undefined }, 'Remove two without a word')
  t.is((await fleet.sync()).code, 1)
  t.truthy(await live(controlPlane, 'default', 'configmap/taken-back-a'))
})

/** As when somebody deletes the status branch while Reeve is down, and its local copy of it is gone. */
async function loseStatuses({ git: { directory }, statusBranch, dataDir }: Fleet): Promise<void> {
  await git(['update-ref', '-d', `refs/heads/${statusBranch}`], { cwd: directory })
  await rm(join(dataDir, 'status.git'), { recursive: true })
}

const KEPT = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: kept
  namespace: prune
  annotations: {reeve.dev/prune: "false"}
`
