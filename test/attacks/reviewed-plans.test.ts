import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '../../src/sandbox/git-process.ts'
import { colorOf } from '../helpers/color.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import type { Fleet } from '../helpers/fleet.ts'
import { live } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { reviewedFleet } from '../helpers/reviewed-fleet.ts'

const test = controlPlaneTest()

const group = (spec: object) =>
  `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'InstallationGroup', metadata: { name: 'production' }, spec })}\n`
const installation = (name: string, spec: object) =>
  `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec })}\n`

/** Changes a file of a branch that Reeve writes, as anyone who may push there can. */
async function forge(
  { work }: Fleet,
  branch: string,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  await work.run('fetch', '--quiet', 'origin', branch)
  await work.run('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  const text = await work.tryRun('show', `HEAD:${path}`)
  await work.write(path, change(text.stdout))
  await work.commit('Forged')
  await work.run('push', '--quiet', 'origin', `HEAD:${branch}`)
  await work.run('checkout', '--quiet', 'main')
}

test('forged documents on the review branch let nothing go', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'forged')
  const { fleet } = reviewed
  const map = (color: string) => configMap('default', 'forged-a', { color })
  await fleet.push({ 'a/map.yaml': map('grey') })
  {
    await using reeve = reviewed.run()
    await reeve.logged('in sync')
    await reviewed.propose('red', { 'a/map.yaml': map('red') })
  }
  const commit = await fleet.push({ 'a/map.yaml': map('red') }, 'Push what nobody merged')
  const branch = 'reeve/review/forged'
  await forge(fleet, branch, 'proposal/red.yaml', (text) => {
    const seal = /seal: (\S+)/.exec(text)?.[1]
    return `${text}merged:\n  commit: ${commit}\n  seal: ${seal}\n`
  })
  await using reeve = reviewed.run('--target', 'sync')
  const held = await reeve.logged('waits for its change to be merged')
  t.is(held.code, 'review-not-merged')
  t.is(colorOf(await live(controlPlane, 'default', 'configmap/forged-a')), 'grey')
  const file = (await git(['show', `${branch}:proposal/red.yaml`], { cwd: fleet.git.directory })).toString()
  t.regex(file, new RegExp(`merged:\n {2}commit: ${commit}`), 'it was there when Reeve read it')
})

test('forged records of a status branch let nothing go, although the data directory is lost', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'records')
  const { fleet } = reviewed
  const map = (color: string) => configMap('default', 'records-a', { color })
  await fleet.push({ 'a/map.yaml': map('grey') })
  {
    await using reeve = reviewed.run()
    await reeve.logged('in sync')
    await fleet.recorded('a', ({ state }) => state === 'healthy')
  }
  const evil = await fleet.push({ 'a/map.yaml': map('red') })
  await forge(fleet, fleet.statusBranch, 'installations/a.yaml', (text) =>
    text.replace(/^commit: .*$/m, `commit: ${evil}`),
  )
  const lost = await mkdtemp(join(tmpdir(), 'reeve-lost-'))
  t.teardown(() => rm(lost, { recursive: true, force: true }))
  await using reeve = reviewed.run('--data-dir', join(lost, 'data'))
  t.like(await reeve.logged('held at its last good commit'), { installation: 'a', code: 'not-reviewed' })
  t.is(colorOf(await live(controlPlane, 'default', 'configmap/records-a')), 'grey')
})

test('nobody escapes a group that requires reviews by what is pushed directly', async (t) => {
  const { controlPlane } = t.context
  await using reviewed = await reviewedFleet(t, controlPlane, 'escape', {})
  const { fleet } = reviewed
  const map = (name: string, color: string) => configMap('default', `escape-${name}`, { color })
  const required = group({ requireReviewedPlan: true, members: ['a', 'b', 'c', 'd', 'e'] })
  const names = ['a', 'b', 'c', 'd', 'e', 'free']
  await fleet.push({
    'groups.yaml': required,
    ...Object.fromEntries(names.map((name) => [`${name}/map.yaml`, map(name, 'grey')])),
  })
  await using reeve = reviewed.run()
  await reeve.logged('in sync')
  const colors = () =>
    Promise.all(
      names.map(async (name) => colorOf(await live(controlPlane, 'default', `configmap/escape-${name}`))),
    )
  // a says that it is in no group; b is no member any more; c's objects move to another that is none;
  // d is renamed; e is changed in plain sight.
  const escaping = await fleet.push({
    'groups.yaml': group({ requireReviewedPlan: true, members: ['a', 'c', 'd', 'e'] }),
    'a/reeve.yaml': installation('a', { group: '' }),
    'a/map.yaml': map('a', 'red'),
    'b/map.yaml': map('b', 'red'),
    c: undefined,
    'thief/map.yaml': map('c', 'red'),
    d: undefined,
    'd2/map.yaml': map('d', 'red'),
    'e/map.yaml': map('e', 'red'),
    'free/map.yaml': map('free', 'blue'),
  })
  const held = async (commit: string) => {
    await reeve.logged('not in sync', (line) => line.commit === commit)
    for (const name of ['a', 'b', 'e', 'thief', 'd2']) await reviewed.held(name)
  }
  await held(escaping)
  t.deepEqual(await colors(), ['grey', 'grey', 'grey', 'grey', 'grey', 'blue'])
  const gone = await fleet.push(
    { 'groups.yaml': undefined, 'free/map.yaml': map('free', 'green') },
    'The group itself is gone',
  )
  await held(gone)
  t.deepEqual(await colors(), ['grey', 'grey', 'grey', 'grey', 'grey', 'green'])
})
