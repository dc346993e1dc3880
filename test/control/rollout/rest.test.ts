import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { group, members, TEMPLATE } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'
import { ComposedFleet } from './composed-fleet.ts'

const FILES = {
  ...TEMPLATE,
  'groups/a.yaml': group('a', '1', '{}'),
  'groups/b.yaml': group('b', '1', '{ after: [{ group: a, soak: 1h }] }'),
  ...members('a', 'a-1'),
  ...members('b', 'b-1'),
}

/** All groups are done, and nothing is to be decided. */
async function settled(fleet: ComposedFleet): Promise<void> {
  await until('all is well', () => {
    fleet.all('healthy')
    return fleet.report('b')?.moved === 1 && fleet.report('a')?.state === 'done'
  })
}

test('nothing is decided again after a commit that changes nothing of a group', async (t) => {
  await using fleet = new ComposedFleet()
  const first = await fleet.push(FILES)
  await settled(fleet)
  const { saves } = fleet
  const [savesBefore] = [saves.length]
  await fleet.push({ 'README.md': 'nothing' })
  fleet.all('healthy')
  const before = fleet.turns
  await sleep(300)
  t.true(fleet.turns - before <= 3, `${fleet.turns - before} decisions`)
  t.is(saves.length, savesBefore, 'no record is written')
  t.is(fleet.report('a')?.commit, first, 'and none is told')
})

test('earlier commits are not read again for each decision, however many groups are at others', async (t) => {
  await using fleet = new ComposedFleet()
  const names = Array.from({ length: 20 }, (_, index) => `g${index}`)
  const said = (name: string, version: string) => group(name, version, '{ maxUnavailable: 1 }')
  await fleet.push({
    ...FILES,
    ...Object.fromEntries(names.map((name) => [`groups/${name}.yaml`, said(name, '1')])),
    ...Object.assign({}, ...names.map((name) => members(name, `${name}-1`, `${name}-2`))),
  })
  await settled(fleet)
  // Each comes to be at a commit of its own, with what the next one no longer says.
  for (const name of names) {
    await fleet.push({ [`groups/${name}.yaml`]: said(name, '2') })
    await fleet.decide()
    await fleet.push({ [`groups/${name}.yaml`]: said(name, '3') })
    await fleet.decide()
  }
  const before = fleet.reads
  for (let times = 0; times < 5; times += 1) await fleet.decide()
  t.true(fleet.reads - before <= 1, `${fleet.reads - before} commits were read`)
})
