import { rm } from 'node:fs/promises'
import type { LiveObject } from '../../src/model/object.ts'
import type { ApiServer } from '../helpers/api-get.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { groupRecorded } from '../helpers/group-recorded.ts'
import { kubectl, live, liveWhen } from '../helpers/live.ts'
import { objectWrites } from '../helpers/object-writes.ts'
import {
  group as groupOf,
  isAt,
  isColor,
  member,
  members,
  own,
  TEMPLATE,
} from '../helpers/rollout-documents.ts'

const test = controlPlaneTest()

/** A group whose members never get ready at version `slow`. */
const group = (name: string, version: string, rollout: string, ...more: readonly string[]) =>
  groupOf(
    name,
    version,
    rollout,
    ...more,
    `health: [{ kind: ConfigMap, healthy: "object.data.version != 'slow'" }]`,
  )

async function dataOf(api: ApiServer, name: string) {
  return (await live(api, 'default', `configmap/${name}`))?.data as { version?: string; color?: string }
}

const when = (api: ApiServer, name: string, fits: (object: LiveObject) => boolean) =>
  liveWhen(api, 'default', `configmap/${name}`, fits)

test('a closed window holds a version, and a commit that opens it lets it go', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'windows' })
  const closed = '{ windows: [{ schedule: "0 0 1 1 *", duration: 1m }] }'
  await fleet.push({
    ...TEMPLATE,
    'groups/g.yaml': group('wa', '1', closed),
    ...members('wa', 'wa-1', 'wa-2'),
  })
  await using _reeve = fleet.run()
  // What is new is not held by a window.
  for (const name of ['wa-1', 'wa-2']) await when(controlPlane, name, isAt('1'))
  await groupRecorded(fleet, 'wa', ({ state }) => state === 'done')
  await fleet.push({ 'groups/g.yaml': group('wa', '2', closed) })
  const { waits } = await groupRecorded(fleet, 'wa', ({ waits }) => waits !== undefined)
  t.regex(waits ?? '', /^the windows of wa are closed until \d{4}-01-01 00:00 UTC; reeve rollout force wa/)
  t.is((await dataOf(controlPlane, 'wa-1')).version, '1')
  await fleet.push({
    'groups/g.yaml': group('wa', '2', '{ windows: [{ schedule: "* * * * *", duration: 1m }] }'),
  })
  for (const name of ['wa-1', 'wa-2']) await when(controlPlane, name, isAt('2'))
  await groupRecorded(fleet, 'wa', ({ state }) => state === 'done')
})

test('a rollout goes on while the remote is away', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'remoteless' })
  const late = (version: string) =>
    group('wc', version, '{ after: [{ group: wb, soak: 4s }], maxUnavailable: 1 }')
  await fleet.push({
    ...TEMPLATE,
    'groups/b.yaml': group('wb', '1', '{}'),
    'groups/c.yaml': late('1'),
    ...members('wb', 'wb-1'),
    ...members('wc', 'wc-1', 'wc-2', 'wc-3'),
  })
  await using reeve = fleet.run()
  for (const name of ['wb-1', 'wc-1', 'wc-2', 'wc-3']) await when(controlPlane, name, isAt('1'))
  await groupRecorded(fleet, 'wc', ({ state }) => state === 'done')
  await fleet.push({ 'groups/b.yaml': group('wb', '2', '{}'), 'groups/c.yaml': late('2') })
  await when(controlPlane, 'wb-1', isAt('2'))
  await fleet.git.stop()
  t.is((await dataOf(controlPlane, 'wc-1')).version, '1')
  for (const name of ['wc-1', 'wc-2', 'wc-3']) await when(controlPlane, name, isAt('2'))
  await fleet.git.start()
  await groupRecorded(fleet, 'wc', ({ state, waits }) => state === 'done' && waits === undefined)
  await fleet.recorded('wc-3', ({ state, version }) => state === 'healthy' && version === '2')
  t.falsy(reeve.log.find(({ level }) => level === 'error'))
})

test('a force push that drops the commit that a group is at neither moves nor breaks its members', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'dropped' })
  const all = (version: string, paused = false) => group('wd', version, `{ paused: ${paused} }`)
  const first = await fleet.push({ ...TEMPLATE, 'groups/g.yaml': all('1'), ...members('wd', 'wd-1', 'wd-2') })
  {
    await using _reeve = fleet.run()
    for (const name of ['wd-1', 'wd-2']) await when(controlPlane, name, isAt('1'))
    await groupRecorded(fleet, 'wd', ({ state }) => state === 'done')
    const second = await fleet.push({ 'groups/g.yaml': all('2') })
    for (const name of ['wd-1', 'wd-2']) await when(controlPlane, name, isAt('2'))
    await groupRecorded(fleet, 'wd', ({ state, commit }) => state === 'done' && commit === second)
    await fleet.work.run('reset', '--quiet', '--hard', first)
    await fleet.work.write('groups/g.yaml', all('3', true))
    await fleet.work.commit('Another second')
    await fleet.work.run('push', '--quiet', '--force', 'origin', 'HEAD')
    const { waits } = await groupRecorded(fleet, 'wd', ({ waits }) => waits !== undefined)
    t.regex(waits ?? '', /wd is paused|not part of the branch/)
    t.is((await dataOf(controlPlane, 'wd-1')).version, '2')
    await kubectl(controlPlane, 'patch', 'configmap', 'wd-1', '-p', '{"data":{"version":"drifted"}}')
    await when(controlPlane, 'wd-1', isAt('2'))
  }
  // Nobody has that commit any more.
  await rm(fleet.dataDir, { recursive: true })
  await using again = fleet.run()
  const { problems } = await fleet.recorded('wd-2', ({ state }) => state === 'invalid')
  t.like(problems[0], { code: 'rollout-commit-gone' })
  for (const name of ['wd-1', 'wd-2']) t.is((await dataOf(controlPlane, name)).version, '2')
  await fleet.push({ 'groups/g.yaml': all('3') })
  for (const name of ['wd-1', 'wd-2']) await when(controlPlane, name, isAt('3'))
  await groupRecorded(fleet, 'wd', ({ state, waits }) => state === 'done' && waits === undefined)
  t.falsy(again.log.find(({ code }) => code === 'internal'))
})

test('an approval of an earlier commit counts for a Reeve that has lost its clone', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'approved' })
  const all = (version: string, paused: boolean) =>
    group('wl', version, `{ approve: manual, paused: ${paused} }`)
  const names = ['wl-1', 'wl-2']
  await fleet.push({ ...TEMPLATE, 'groups/g.yaml': all('1', false), ...members('wl', ...names) })
  {
    await using _reeve = fleet.run()
    for (const name of names) await when(controlPlane, name, isAt('1'))
    await groupRecorded(fleet, 'wl', ({ state }) => state === 'done')
    await fleet.push({ 'groups/g.yaml': all('2', true) })
    await groupRecorded(fleet, 'wl', ({ waits }) => waits !== undefined)
  }
  await rm(fleet.dataDir, { recursive: true })
  await fleet.push({ 'note.txt': 'approved' }, 'Go on\n\nReeve-Approve: wl')
  await fleet.push({ 'groups/g.yaml': all('2', false) })
  await fleet.push({ 'note.txt': 'after it' })
  await using reeve = fleet.run()
  for (const name of names) await when(controlPlane, name, isAt('2'))
  await groupRecorded(fleet, 'wl', ({ state, waits }) => state === 'done' && waits === undefined)
  t.falsy(reeve.log.find(({ level }) => level === 'error'))
})

test('one that changes its group on its way keeps what it has until the new group is there', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'changes' })
  const from = (version: string) => group('we', version, '{}', 'values: { color: red }')
  const to = (version: string) => group('wf', version, '{ approve: manual }', 'values: { color: blue }')
  await fleet.push({
    ...TEMPLATE,
    'groups/e.yaml': from('1'),
    'groups/f.yaml': to('1'),
    ...members('we', 'we-1'),
    ...members('wf', 'wf-1'),
  })
  await using _reeve = fleet.run()
  for (const name of ['we-1', 'wf-1']) await when(controlPlane, name, isAt('1'))
  for (const name of ['we', 'wf']) await groupRecorded(fleet, name, ({ state }) => state === 'done')
  await fleet.push({ 'groups/e.yaml': from('slow'), 'groups/f.yaml': to('slow') })
  await when(controlPlane, 'we-1', isAt('slow'))
  await fleet.recorded('we-1', ({ state }) => state === 'progressing')
  const moved = await fleet.push(members('wf', 'we-1'))
  await fleet.recorded('we-1', ({ commit }) => commit === moved)
  t.deepEqual(await dataOf(controlPlane, 'we-1'), { version: 'slow', color: 'red' })
  await fleet.push({ 'groups/e.yaml': from('2'), 'groups/f.yaml': to('2') }, 'Go on\n\nReeve-Approve: wf')
  await when(controlPlane, 'we-1', isAt('2'))
  await when(controlPlane, 'wf-1', isAt('2'))
  await when(controlPlane, 'we-1', isColor('blue'))
  await groupRecorded(fleet, 'wf', ({ state, waits }) => state === 'done' && waits === undefined)
})

test('a fleet that gets a rollout, and loses it again, has nothing written', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'added' })
  const names = ['wg-1', 'wg-2', 'wg-3']
  const written = async (since: Date) =>
    (await objectWrites(controlPlane, { since })).filter(({ name }) => names.includes(name))
  await fleet.push({ ...TEMPLATE, 'groups/g.yaml': group('wg', '1', ''), ...members('wg', ...names) })
  {
    await using _reeve = fleet.run()
    for (const name of names) await fleet.recorded(name, ({ state }) => state === 'healthy')
  }
  const since = new Date()
  await fleet.push({ 'groups/g.yaml': group('wg', '1', '{ maxUnavailable: 1 }') })
  await using reeve = fleet.run()
  await groupRecorded(fleet, 'wg', ({ state }) => state === 'done')
  const without = await fleet.push({ 'groups/g.yaml': group('wg', '1', '') })
  await reeve.logged('in sync', ({ commit }) => commit === without)
  const again = await fleet.push({ 'groups/g.yaml': group('wg', '1', '{ paused: true }') })
  await reeve.logged('in sync', ({ commit }) => commit === again)
  t.deepEqual(await written(since), [])
  // Held at one version, they are brought to that of the head as the rollout goes.
  await fleet.push({ 'groups/g.yaml': group('wg', '2', '{ paused: true }') })
  await groupRecorded(fleet, 'wg', ({ state }) => state === 'waiting')
  t.deepEqual(await written(since), [])
  await fleet.push({ 'groups/g.yaml': group('wg', '2', '') })
  for (const name of names) await when(controlPlane, name, isAt('2'))
  t.is((await written(since)).length, names.length)
})

test('groups inside another one share its budget', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'around' })
  const all = (version: string) => group('wh', version, '{ maxUnavailable: 1 }')
  const inner = (name: string) =>
    own('InstallationGroup', name, '{ group: wh, rollout: { maxUnavailable: 2, timeout: 5s } }')
  const names = ['wi-1', 'wi-2', 'wj-1', 'wj-2']
  await fleet.push({
    ...TEMPLATE,
    'groups/h.yaml': all('1'),
    'groups/i.yaml': inner('wi'),
    'groups/j.yaml': inner('wj'),
    ...members('wi', 'wi-1', 'wi-2'),
    ...members('wj', 'wj-1', 'wj-2'),
  })
  await using _reeve = fleet.run()
  for (const name of names) await when(controlPlane, name, isAt('1'))
  for (const name of ['wi', 'wj']) await groupRecorded(fleet, name, ({ state }) => state === 'done')
  await fleet.push({ 'groups/h.yaml': all('slow') })
  await when(controlPlane, 'wi-1', isAt('slow'))
  await groupRecorded(fleet, 'wj', ({ waits }) => /as many members of wh are unavailable/.test(waits ?? ''))
  const versions = await Promise.all(names.map(async (name) => (await dataOf(controlPlane, name)).version))
  t.deepEqual(versions, ['slow', '1', '1', '1'])
  await fleet.push({ 'groups/h.yaml': all('2') })
  for (const name of names) await when(controlPlane, name, isAt('2'))
})

test('a held member that drifts is healed as it is held, and a typo of a customer stops nobody else', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'held' })
  const all = (version: string, paused: boolean) => group('wk', version, `{ paused: ${paused} }`)
  const names = ['wk-1', 'wk-2', 'wk-3']
  await fleet.push({ ...TEMPLATE, 'groups/g.yaml': all('1', false), ...members('wk', ...names) })
  await using _reeve = fleet.run()
  for (const name of names) await when(controlPlane, name, isAt('1'))
  await groupRecorded(fleet, 'wk', ({ state }) => state === 'done')
  await fleet.push({ 'groups/g.yaml': all('2', true) })
  await groupRecorded(fleet, 'wk', ({ state }) => state === 'waiting')
  await kubectl(controlPlane, 'patch', 'configmap', 'wk-1', '-p', '{"data":{"version":"drifted"}}')
  await when(controlPlane, 'wk-1', isAt('1'))
  await kubectl(controlPlane, 'delete', 'configmap', 'wk-2')
  await when(controlPlane, 'wk-2', isAt('1'))

  await fleet.push({
    'groups/g.yaml': all('2', false),
    'fleet/wk-1.yaml': member('wk-1', 'wk', ', valuess: { color: red }'),
  })
  for (const name of ['wk-2', 'wk-3']) await when(controlPlane, name, isAt('2'))
  await fleet.recorded('wk-1', ({ state }) => state === 'invalid')
  await groupRecorded(fleet, 'wk', ({ state }) => state === 'done')
  t.deepEqual(await dataOf(controlPlane, 'wk-1'), { version: '1', color: 'grey' })
  await fleet.push({ 'fleet/wk-1.yaml': member('wk-1', 'wk', ', values: { color: red }') })
  await when(controlPlane, 'wk-1', isAt('2'))
  t.is((await dataOf(controlPlane, 'wk-1')).color, 'red')
})
