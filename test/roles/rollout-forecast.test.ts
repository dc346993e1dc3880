import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { liveWhen } from '../helpers/live.ts'
import { group, isAt, member, TEMPLATE } from '../helpers/rollout-documents.ts'

const test = controlPlaneTest()

test('a plan in the middle of a rollout tells what is to come and when, and one that is pinned stays', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'foretold' })
  const early = (version: string) => group('ta', version, '{}')
  const late = (version: string) =>
    group('tb', version, '{ approve: manual, after: [{ group: ta, soak: 0s }] }')
  const names = ['ta-1', 'tb-1', 'tb-2', 'tb-3']
  const first = await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': early('1'),
    'groups/b.yaml': late('1'),
    ...Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, name.slice(0, 2))])),
  })
  {
    await using reeve = fleet.run()
    await reeve.logged('in sync')
    for (const name of names) await liveWhen(controlPlane, 'default', `configmap/${name}`, isAt('1'))
    await fleet.push({
      'groups/a.yaml': early('2'),
      'groups/b.yaml': late('2'),
      'fleet/tb-3.yaml': member('tb-3', 'tb', `, revision: "${first}"`),
    })
    await liveWhen(controlPlane, 'default', 'configmap/ta-1', isAt('2'))
    await fleet.recorded('ta-1', ({ commit, state }) => commit !== first && state === 'healthy')
  }
  const { stdout: text } = await fleet.plan()
  t.regex(text, /tb-1/)
  t.regex(text, /Rollout: earliest end \d{4}-\d\d-\d\d \d\d:\d\d UTC\n {2}tb: 2 members, needs an approval,/)
  t.notRegex(text, /ta-1/)
  t.notRegex(text, /tb-3/)
  const { stdout: json } = await fleet.plan('--output', 'json')
  t.like(JSON.parse(json).rollout, { groups: [{ group: 'tb', members: 2, after: ['ta'] }] })
  // Nothing of it is part of another change.
  const { work } = fleet
  await work.run('checkout', '--quiet', '-b', 'other')
  await work.write('fleet/tb-1.yaml', member('tb-1', 'tb', ', values: { color: blue }'))
  await work.run('commit', '--quiet', '--all', '--message', 'Blue')
  await work.run('push', '--quiet', 'origin', 'other')
  const { stdout: review } = await fleet.plan('other')
  t.regex(review, /grey → blue|color/)
  t.notRegex(review, /tb-2|tb-3/)
  t.regex(review, /rollouts have yet to bring what is pending anyway to tb-1/)
  await work.run('checkout', '--quiet', '-b', 'next', 'main')
  await work.write('groups/a.yaml', early('3'))
  await work.write('groups/b.yaml', late('2').replace('approve: manual', 'paused: true'))
  await work.run('commit', '--quiet', '--all', '--message', 'Three')
  await work.run('push', '--quiet', 'origin', 'next')
  const { stdout: next } = await fleet.plan('next')
  t.regex(next, /Rollout\n {2}tb is paused\n {2}tb moves its members otherwise: needsApproval/)
  t.regex(next, /if it is merged now: earliest end .*\n {2}ta: 1 member, earliest end/)
  t.notRegex(next, /tb: /)
})
