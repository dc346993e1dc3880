import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, documents, namespace } from '../helpers/manifests.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

const REFUSES_STATUS = '#!/bin/sh\nwhile read _ _ ref; do case $ref in *status*) exit 1;; esac; done\n'

/** Lines of all status commits' messages that tell of an object, the oldest first. */
async function told(fleet: Fleet, object: string): Promise<readonly string[]> {
  const commits = (await fleet.statusCommits()).toReversed()
  const lines = commits.flatMap(({ message }) => message.split('\n'))
  return lines.filter((line) => line.includes(` ${object}`)).map((line) => line.trim())
}

test('what a killed Reeve had done and not recorded is told as recovered by the next', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'recovered' })
  const space = namespace('recovered')
  await fleet.push({
    'acme/all.yaml': documents(
      space,
      configMap('recovered', 'a', { x: '1' }),
      configMap('recovered', 'b', { x: '1' }),
    ),
  })
  await fleet.sync()
  await fleet.git.setHook('pre-receive', REFUSES_STATUS)
  const second = await fleet.push({
    'acme/all.yaml': documents(
      space,
      configMap('recovered', 'a', { x: '2' }),
      configMap('recovered', 'c', { x: '1' }),
    ),
    'beta/all.yaml': configMap('recovered', 'd', { x: '1' }),
  })
  {
    await using reeve = fleet.run()
    await reeve.logged('in sync', ({ commit }) => commit === second)
    reeve.signal('SIGKILL')
    await reeve.exited
  }
  await fleet.git.setHook('pre-receive', undefined)
  t.like(await live(controlPlane, 'recovered', 'configmap/a'), { data: { x: '2' } })
  await fleet.sync()
  t.deepEqual(await told(fleet, 'ConfigMap recovered/a'), [
    'created ConfigMap recovered/a',
    'applied (recovered) ConfigMap recovered/a',
  ])
  t.deepEqual(await told(fleet, 'ConfigMap recovered/b'), [
    'created ConfigMap recovered/b',
    'deleted (recovered) ConfigMap recovered/b',
  ])
  for (const name of ['c', 'd'])
    t.deepEqual(await told(fleet, `ConfigMap recovered/${name}`), [
      `applied (recovered) ConfigMap recovered/${name}`,
    ])
  const before = await fleet.statusCommits()
  await fleet.sync()
  t.deepEqual(await fleet.statusCommits(), before, 'what was recovered is not recovered again')
})

test('a drift soon after a commit, and two commits in a row, leave no write untold', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'quick' })
  await using reeve = fleet.run()
  await fleet.push({ 'acme/all.yaml': documents(namespace('quick'), configMap('quick', 'a', { x: '1' })) })
  await liveWhen(controlPlane, 'quick', 'configmap/a')
  const one = await fleet.push({ 'acme/b.yaml': configMap('quick', 'b', { x: '1' }) })
  await reeve.logged('in sync', ({ commit }) => commit === one)
  await fleet.push({ 'acme/b.yaml': configMap('quick', 'b', { x: '2' }) })
  await until('the second commit', async () => {
    const object = await live(controlPlane, 'quick', 'configmap/b')
    return (object as { data?: { x?: string } } | undefined)?.data?.x === '2'
  })
  for (let n = 0; n < 3; n += 1) {
    await kubectl(controlPlane, '-n', 'quick', 'patch', 'configmap', 'a', '-p', '{"data":{"x":"drifted"}}')
    await until('the drift to be put back', async () => {
      const object = await live(controlPlane, 'quick', 'configmap/a')
      return (object as { data?: { x?: string } } | undefined)?.data?.x === '1'
    })
  }
  reeve.signal('SIGTERM')
  await reeve.exited
  const drifts = (await told(fleet, 'ConfigMap quick/a')).slice(1)
  const counted = drifts.map((line) => Number(/(\d+) times/.exec(line)?.[1] ?? 1))
  t.true(drifts.every((line) => line.startsWith('patched (drift')))
  t.is(
    counted.reduce((sum, times) => sum + times, 0),
    3,
  )
  t.deepEqual(
    (await told(fleet, 'ConfigMap quick/b')).map((line) => line.replace(/ \(at \w+\)/, '')),
    ['created ConfigMap quick/b', 'patched ConfigMap quick/b: data.x'],
  )
})

test('a directory that is renamed is a move', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'moved' })
  const manifests = documents(
    configMap('default', 'moved-a', { x: '1' }),
    configMap('default', 'moved-b', { x: '1' }),
  )
  await fleet.push({ 'acme/all.yaml': manifests })
  await fleet.sync()
  const uid = (await live(controlPlane, 'default', 'configmap/moved-a'))?.metadata.uid
  const commit = await fleet.push({ 'acme/all.yaml': undefined, 'beta/all.yaml': manifests })
  await fleet.sync()
  // Which of them is seen first, and how long after the other, is up to the machine.
  const commits = await fleet.statusCommits()
  const subject = `beta: healthy at ${commit.slice(0, 7)} (moved from acme)`
  t.is(commits.filter((each) => each.subject === subject).length, 1)
  t.is(
    commits.filter(({ message }) => message.includes('- acme: gone; its objects moved to beta\n')).length,
    1,
  )
  t.deepEqual(await told(fleet, 'ConfigMap default/moved-a'), [
    'created ConfigMap default/moved-a',
    'moved (from acme) ConfigMap default/moved-a',
  ])
  t.is((await live(controlPlane, 'default', 'configmap/moved-a'))?.metadata.uid, uid)
})

test('a force push is told by the log and the status branch, also when it came while nobody looked', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'rewritten' })
  const first = await fleet.push({ 'acme/a.yaml': configMap('default', 'rewritten', { x: '1' }) })
  const second = await fleet.push({ 'acme/a.yaml': configMap('default', 'rewritten', { x: '2' }) })
  await fleet.sync()
  await fleet.work.run('reset', '--quiet', '--hard', first)
  await fleet.work.write('acme/a.yaml', configMap('default', 'rewritten', { x: '3' }))
  const third = await fleet.work.commit('Another second')
  await fleet.work.run('push', '--quiet', '--force', 'origin', 'HEAD')
  const saying = async (commit: string, before: string) => {
    const line = `history rewritten: ${commit.slice(0, 7)} does not follow ${before.slice(0, 7)}`
    return (await fleet.statusCommits()).filter(({ message }) => message.split('\n').includes(line)).length
  }
  const { stderr } = await fleet.sync()
  t.true(stderr.includes('history rewritten: the commit does not follow the one before'), stderr)
  t.is(await saying(third, second), 1)
  await fleet.work.run('commit', '--quiet', '--amend', '--message', 'The same in other words')
  await fleet.work.run('push', '--quiet', '--force', 'origin', 'HEAD')
  const amended = await fleet.work.run('rev-parse', 'HEAD')
  await fleet.sync()
  t.is(await saying(amended, third), 1, 'although no record changes')
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  await fleet.work.run('reset', '--quiet', '--hard', second)
  await fleet.work.run('push', '--quiet', '--force', 'origin', 'HEAD')
  await reeve.logged('history rewritten: the commit does not follow the one before')
  const next = await fleet.push({ 'acme/a.yaml': configMap('default', 'rewritten', { x: '4' }) })
  await reeve.logged('in sync', ({ commit }) => commit === next)
  t.is(reeve.log.filter(({ msg }) => msg.startsWith('history rewritten')).length, 1)
})

test('a commit with a fault is not called in sync', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'faulty' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'faulty', { x: '1' }) })
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  const faulty = await fleet.push({ 'acme/a.yaml': 'a: [' })
  t.like(await reeve.logged('not in sync', ({ commit }) => commit === faulty), { undone: 1 })
  t.false(reeve.log.some(({ msg, commit }) => msg === 'in sync' && commit === faulty))
  const mended = await fleet.push({ 'acme/a.yaml': configMap('default', 'faulty', { x: '2' }) })
  await reeve.logged('in sync', ({ commit }) => commit === mended)
})

test('a status branch that was deleted comes back with its history', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'deleted' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'deleted', { x: '1' }) })
  await fleet.sync()
  await fleet.push({ 'acme/a.yaml': configMap('default', 'deleted', { x: '2' }) })
  await fleet.sync()
  const before = await fleet.statusCommits()
  await fleet.work.run('push', '--quiet', 'origin', '--delete', fleet.statusBranch)
  await fleet.push({ 'acme/a.yaml': configMap('default', 'deleted', { x: '3' }) })
  await fleet.sync()
  t.deepEqual((await fleet.statusCommits()).slice(1), before)
})

test('what was applied before a kill is not taken back for a fault, although it is not recorded', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'unrecorded' })
  const map = (x: string) => configMap('default', 'unrecorded-map', { x })
  const first = await fleet.push({ 'acme/map.yaml': map('1') })
  await fleet.sync()
  await fleet.git.setHook('pre-receive', REFUSES_STATUS)
  const applied = await fleet.push({
    'acme/map.yaml': map('2'),
    'beta/map.yaml': configMap('default', 'unrecorded-beta', { x: '2' }),
  })
  {
    await using reeve = fleet.run()
    await reeve.logged('in sync', ({ commit }) => commit === applied)
  }
  await fleet.git.setHook('pre-receive', undefined)
  t.is((await fleet.record('acme'))?.commit, first)
  t.is(await fleet.record('beta'), undefined)
  const faulty = ['a: 1', 'a: 2'].join('\n')
  await fleet.push({ 'acme/map.yaml': faulty, 'beta/map.yaml': faulty })
  const { code } = await fleet.sync()
  t.is(code, 1)
  for (const name of ['acme', 'beta']) t.is((await fleet.record(name))?.applied, applied, name)
  for (const name of ['unrecorded-map', 'unrecorded-beta'])
    t.like(await live(controlPlane, 'default', `configmap/${name}`), { data: { x: '2' } }, name)
})
