import { rm } from 'node:fs/promises'
import { crdsText } from '../../src/cli/present/crds-text.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { groupRecorded } from '../helpers/group-recorded.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { group as groupOf, isAt, isColor, member, own, TEMPLATE } from '../helpers/rollout-documents.ts'

const test = controlPlaneTest()

/** A group whose members are never well at version `bad`. */
const group = (name: string, version: string, rollout: string) =>
  groupOf(
    name,
    version,
    rollout,
    'health:',
    `  - { kind: ConfigMap, healthy: "object.data.version != 'bad'", degraded: "object.data.version == 'bad'" }`,
  )

const versionOf = (controlPlane: Parameters<typeof live>[0], name: string) =>
  live(controlPlane, 'default', `configmap/${name}`).then(
    (object) => (object?.data as { version?: string })?.version,
  )

test('rings take a version one after the other, and a failing one goes no further', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'rings' })
  const canary = (version: string) => group('ra', version, '{ maxUnavailable: 1 }')
  const late = (version: string) =>
    group('rb', version, '{ maxUnavailable: 2, after: [{ group: ra, soak: 2s }] }')
  const names = ['ra-1', 'ra-2', 'rb-1', 'rb-2', 'rb-3', 'rb-4']
  await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': canary('1'),
    'groups/b.yaml': late('1'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, name.slice(0, 2))])),
  })
  await using reeve = fleet.run()
  for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
  await reeve.logged('in sync')
  await fleet.push({ 'groups/a.yaml': canary('2'), 'groups/b.yaml': late('2') })
  await liveWhen(controlPlane, 'default', 'configmap/ra-2', isAt('2'))
  t.is(await versionOf(controlPlane, 'rb-1'), '1')
  for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('2'))
  await fleet.push({ 'groups/a.yaml': canary('bad'), 'groups/b.yaml': late('bad') })
  await liveWhen(controlPlane, 'default', 'configmap/ra-1', isAt('bad'))
  await fleet.recorded('ra-1', ({ state }) => state === 'degraded')
  // A customer's own setting goes live at once meanwhile, with the proven version.
  await fleet.push({ 'fleet/rb-2.yaml': member('rb-2', 'rb', ', values: { color: blue }') })
  const changed = await liveWhen(
    controlPlane,
    'default',
    'configmap/rb-2',
    (object) => (object.data as { color?: string }).color === 'blue',
  )
  t.is((changed.data as { version?: string }).version, '2')
  await fleet.push({ 'fleet/rb-5.yaml': member('rb-5', 'rb') })
  await liveWhen(controlPlane, 'default', 'configmap/rb-5', isAt('2'))
  t.deepEqual(await Promise.all(['ra-2', 'rb-1'].map((name) => versionOf(controlPlane, name))), ['2', '2'])
})

test('what failed is gone back from, and is not taken again by another process that has lost everything', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'back' })
  const all = (version: string) => group('rc', version, '{ maxUnavailable: 1, onFailure: rollback }')
  const names = ['rc-1', 'rc-2', 'rc-3']
  await fleet.push({
    ...TEMPLATE,
    'groups/c.yaml': all('1'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, 'rc')])),
  })
  {
    await using reeve = fleet.run()
    await reeve.logged('in sync')
    for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
    await groupRecorded(fleet, 'rc', ({ state }) => state === 'done')
    const bad = await fleet.push({ 'groups/c.yaml': all('bad') })
    const record = await groupRecorded(fleet, 'rc', ({ state }) => state === 'halted')
    await liveWhen(controlPlane, 'default', 'configmap/rc-1', isAt('1'))
    const written = reeve.log.flatMap(({ object, changes }) =>
      object === 'ConfigMap default/rc-1' && changes ? JSON.stringify(changes) : [],
    )
    t.regex(written.join(), /"before":"1","after":"bad".*"before":"bad","after":"1"/)
    t.regex(record.waits ?? '', /rc-1 failed.*reeve rollout force rc/)
    t.is(record.record.rejected?.[0]?.commit, bad)
    t.is(await versionOf(controlPlane, 'rc-2'), '1')
    const { branch } = await reeve.logged('proposed to go back')
    const proposed = await git(['show', `${branch}:groups/c.yaml`], { cwd: fleet.git.directory })
    t.is(proposed.trim(), all('1').trim())
    const subject = await git(['log', '--format=%s', '-1', String(branch)], { cwd: fleet.git.directory })
    t.regex(subject, /^Roll rc back to \w{12}$/)
  }
  await git(['update-ref', '-d', `refs/heads/${fleet.statusBranch}`], { cwd: fleet.git.directory })
  await rm(fleet.dataDir, { recursive: true })
  await using again = fleet.run()
  await again.logged('in sync')
  await groupRecorded(fleet, 'rc', ({ state }) => state === 'halted')
  t.deepEqual(await Promise.all(names.map((name) => versionOf(controlPlane, name))), ['1', '1', '1'])
  await fleet.push({ 'groups/c.yaml': all('2') })
  for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('2'))
  await groupRecorded(fleet, 'rc', ({ state }) => state === 'done')
  const page = await git(['show', `${fleet.statusBranch}:README.md`], { cwd: fleet.git.directory })
  t.regex(page, /\| \[rc\]\(groups\/rc.yaml\) \| ✅ done \| `\w{7}` \| 3\/3 \|/)
})

test('kubectl, Events and metrics say what a group waits for', async (t) => {
  const { controlPlane } = t.context
  await apply(controlPlane, crdsText())
  await using fleet = await startFleet(controlPlane, { name: 'told' })
  const all = (version: string, rollout: string) => group('rd', version, rollout)
  await fleet.push({
    ...TEMPLATE,
    'groups/d.yaml': all('1', '{ paused: true }'),
    'fleet/rd-1.yaml': member('rd-1', 'rd'),
  })
  await using reeve = fleet.run('--listen', '127.0.0.1:0')
  // What is new is not held by a pause.
  await liveWhen(controlPlane, 'default', 'configmap/rd-1', isAt('1'))
  await fleet.push({ 'groups/d.yaml': all('2', '{ paused: true }') })
  const shown = await liveWhen(
    controlPlane,
    'default',
    'installationgroup/rd',
    (object) => rolloutOf(object)?.state === 'waiting',
  )
  t.like(rolloutOf(shown), { moved: '0/1', waits: 'rd is paused; reeve rollout resume rd' })
  t.is(await versionOf(controlPlane, 'rd-1'), '1')
  const columns = await kubectl(controlPlane, 'get', 'installationgroups', '-n', 'default')
  t.regex(columns, /NAME +MEMBERS +HEALTHY +VERSION +ROLLOUT +MOVED/)
  t.regex(columns, /rd +1 +1 +2 +waiting +0\/1/)
  await fleet.push({ 'groups/d.yaml': all('2', '{ paused: false }') })
  await liveWhen(controlPlane, 'default', 'configmap/rd-1', isAt('2'))
  await liveWhen(
    controlPlane,
    'default',
    'installationgroup/rd',
    (object) => rolloutOf(object)?.state === 'done',
  )
  const events = await kubectl(controlPlane, 'get', 'events', '-n', 'default', '-o', 'json')
  const notes = (JSON.parse(events).items as readonly { readonly message?: string }[]).map(
    ({ message }) => message,
  )
  t.true(notes.some((note) => /^rd: waiting at \w{7}, 0 of 1 moved: rd is paused/.test(note ?? '')))
  const { url } = await reeve.logged('serving probes and metrics')
  const metrics = await (await fetch(`${url}/metrics`)).text()
  t.regex(metrics, /reeve_rollout_state\{group="rd",state="done"\} 1/)
  t.regex(metrics, /reeve_rollout_members\{group="rd",at="true"\} 1/)
  t.regex(metrics, /reeve_rollout_lead_time_seconds_count\{group="rd"\} 2/)
})

function rolloutOf(object: LiveObject) {
  return (object.status as { readonly rollout?: Readonly<Record<string, string>> } | undefined)?.rollout
}

test('an own change goes at once, or waits for what it needs of its group', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'whole' })
  const all = (version: string, color: string) =>
    group('re', version, '{ approve: manual, maxUnavailable: 2 }').replace(
      '  namespace:',
      `  values: { color: ${color} }\n  namespace:`,
    )
  await fleet.push({
    ...TEMPLATE,
    'groups/e.yaml': all('1', 'grey'),
    'fleet/re-1.yaml': member('re-1', 're', ', values: { color: red }'),
    'fleet/re-2.yaml': member('re-2', 're'),
  })
  await using reeve = fleet.run()
  await liveWhen(controlPlane, 'default', 'configmap/re-1', isColor('red'))
  await groupRecorded(fleet, 're', ({ state }) => state === 'done')
  // One value moves from a member into its group, another is only the member's.
  await fleet.push({
    'groups/e.yaml': all('2', 'red'),
    'fleet/re-1.yaml': member('re-1', 're'),
    'fleet/re-2.yaml': member('re-2', 're', ', values: { color: blue }'),
  })
  await liveWhen(controlPlane, 'default', 'configmap/re-2', isColor('blue'))
  const record = await fleet.recorded('re-1', ({ state }) => state === 'waiting')
  t.like(record.problems[0], { code: 'rollout-waits' })
  t.regex(
    record.problems[0]?.message ?? '',
    /values.color changes together with what is inherited, and re waits for an approval; reeve rollout approve re/,
  )
  t.like((await live(controlPlane, 'default', 'configmap/re-1'))?.data, { version: '1', color: 'red' })
  t.is(await versionOf(controlPlane, 're-2'), '1')
  await fleet.push({ 'note.txt': 'now' }, 'Go on\n\nReeve-Approve: re')
  for (const name of ['re-1', 're-2']) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('2'))
  t.like((await live(controlPlane, 'default', 'configmap/re-1'))?.data, { color: 'red' })
  await fleet.recorded('re-1', ({ state }) => state === 'healthy')
  t.falsy(reeve.log.find(({ level }) => level === 'error'))
})

test('a sync brings all members to a commit, a few at a time', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'once' })
  const names = ['rh-1', 'rh-2', 'rh-3', 'rh-4', 'rh-5']
  await fleet.push({
    ...TEMPLATE,
    'groups/h.yaml': group('rh', '1', '{ maxUnavailable: 1, minReady: 100ms }'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, 'rh')])),
  })
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(
    await Promise.all(names.map((name) => versionOf(controlPlane, name))),
    names.map(() => '1'),
  )
  await fleet.push({ 'groups/h.yaml': group('rh', '2', '{ maxUnavailable: 1, minReady: 100ms }') })
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(
    await Promise.all(names.map((name) => versionOf(controlPlane, name))),
    names.map(() => '2'),
  )
  const record = await groupRecorded(fleet, 'rh', ({ state }) => state === 'done')
  t.is(record.waits, undefined)
})

test('what a commit allows to delete is deleted when the rollout brings it', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'allowed' })
  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "\${installation.name}-${name}" }\ndata: { color: "\${values.color}" }\n`
  const path = 'templates/maps'
  const all = own(
    'InstallationGroup',
    'ri',
    `{ template: { path: ${path} }, namespace: default, rollout: { approve: manual } }`,
  )
  await fleet.push({
    ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`${path}/${name}.yaml`, map(name)])),
    [`${path}/values.yaml`]: 'color: grey\n',
    'groups/i.yaml': all,
    'fleet/ri-1.yaml': member('ri-1', 'ri'),
  })
  await using reeve = fleet.run()
  await liveWhen(controlPlane, 'default', 'configmap/ri-1-c', isColor('grey'))
  await groupRecorded(fleet, 'ri', ({ state }) => state === 'done')
  await fleet.push(
    { [`${path}/b.yaml`]: undefined, [`${path}/c.yaml`]: undefined },
    'Fewer maps\n\nReeve-Allow-Deletion: ri-1',
  )
  await fleet.push({ 'fleet/ri-1.yaml': member('ri-1', 'ri', ', values: { color: red }') })
  await liveWhen(controlPlane, 'default', 'configmap/ri-1-c', isColor('red'))
  await fleet.recorded('ri-1', ({ state }) => state === 'healthy')
  await fleet.push({ 'note.txt': 'now' }, 'Go on\n\nReeve-Approve: ri')
  await goneWhen(controlPlane, 'default', 'configmap/ri-1-c')
  await fleet.recorded('ri-1', ({ state }) => state === 'healthy')
  t.like((await live(controlPlane, 'default', 'configmap/ri-1-a'))?.data, { color: 'red' })
  t.falsy(reeve.log.find(({ level }) => level === 'error'))
})

test('a forced commit passes a freeze', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'frozen' })
  const all = (version: string) =>
    group('rg', version, "{ freeze: { until: '2999-01-01T00:00:00Z', reason: holidays } }")
  await fleet.push({
    ...TEMPLATE,
    'groups/g.yaml': group('rg', '1', '{}'),
    'fleet/rg-1.yaml': member('rg-1', 'rg'),
  })
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  await liveWhen(controlPlane, 'default', 'configmap/rg-1', isAt('1'))
  await fleet.push({ 'groups/g.yaml': all('2') })
  const { waits } = await groupRecorded(fleet, 'rg', ({ state }) => state === 'waiting')
  t.is(waits, 'rg is frozen until 2999-01-01 00:00 UTC: holidays; reeve rollout force rg goes on at once')
  await fleet.push({ 'fleet/rg-1.yaml': member('rg-1', 'rg', ', values: { color: red }') })
  const { problems } = await fleet.recorded('rg-1', ({ state }) => state === 'waiting')
  t.regex(problems[0]?.message ?? '', /rg is frozen until 2999-01-01/)
  t.is(await versionOf(controlPlane, 'rg-1'), '1')
  await fleet.push({ 'note.txt': 'now' }, 'Go on\n\nReeve-Force: rg')
  await liveWhen(controlPlane, 'default', 'configmap/rg-1', isAt('2'))
  await fleet.recorded('rg-1', ({ state }) => state === 'healthy')
})

test('one that is pinned stays there while its group goes on', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'pinned' })
  const names = ['rf-1', 'rf-2']
  const first = await fleet.push({
    ...TEMPLATE,
    'groups/f.yaml': group('rf', '1', '{}'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, 'rf')])),
  })
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
  await fleet.push({
    'groups/f.yaml': group('rf', '2', '{}'),
    'fleet/rf-1.yaml': member('rf-1', 'rf', `, revision: "${first}"`),
  })
  await liveWhen(controlPlane, 'default', 'configmap/rf-2', isAt('2'))
  await groupRecorded(fleet, 'rf', ({ state }) => state === 'done')
  t.is(await versionOf(controlPlane, 'rf-1'), '1')
  await fleet.push({ 'fleet/rf-1.yaml': member('rf-1', 'rf') })
  await liveWhen(controlPlane, 'default', 'configmap/rf-1', isAt('2'))
})
