import test from 'ava'
import { digestOf, groupFile, rings, statusScene, TEMPLATE } from '../helpers/rollout-status/status-scene.ts'

const HOUR = 3_600
/** 2026-11-28 10:00 UTC, in seconds since the epoch. */
const START = Date.parse('2026-11-28T10:00:00Z') / 1000

test('the history of a group is what it was brought to, how long that took, and what it went back from', async (t) => {
  const { push, tell, rollout } = await statusScene(t)
  const first = await push({ ...TEMPLATE, 'a.yaml': rings({ name: 'production' }) }, 'Chat 2.4')
  const bad = await push({ 'b.yaml': '' }, 'Chat 2.5')
  const good = await push({ 'c.yaml': '' }, 'Chat 2.6')
  const told = (hours: number, report: Parameters<typeof groupFile>[1]) =>
    tell(groupFile('production', { members: 20, ...report }), START + hours * HOUR)
  const rejected = [
    { commit: bad, digest: digestOf(bad), head: bad, why: 'p-3 failed: Job migrate', at: START * 1000 },
  ]
  await told(0, { commit: first, state: 'moving', moved: 0 })
  await told(1, { commit: first, state: 'moving', moved: 7 })
  await tell({ 'README.md': 'something else' }, START + 2 * HOUR)
  await told(3, { commit: first, state: 'done', moved: 20 })
  await told(24, { commit: bad, state: 'moving', moved: 1 })
  const waits =
    'production is halted: p-3 failed: Job migrate; reeve rollout force production goes on at once'
  await told(25, { commit: bad, state: 'halted', moved: 3, waits })
  await told(25.5, { commit: first, state: 'halted', moved: 18, waits, record: { rejected } })
  await told(48, { commit: good, state: 'moving', moved: 5, record: { rejected } })

  const { code, stdout, stderr } = await rollout(['history', 'production'])
  t.is(code, 0, stderr)
  const [a, b, c] = [first, bad, good].map((commit) => commit.slice(0, 7))
  t.deepEqual(stdout.replace(/for \S+(?: \S+)? until now/, 'for 1d until now').split('\n'), [
    'production, as told by reeve/status/default; newest first',
    '',
    `${c}  2026-11-30 10:00 UTC  moving, for 1d until now`,
    '    Chat 2.6 (Reeve Tester)',
    '    11-30 10:00  moving, 5 of 20 moved',
    '',
    `${a}  2026-11-29 11:30 UTC  replaced, after 22h30m`,
    '    Chat 2.4 (Reeve Tester)',
    '    11-29 11:30  halted, 18 of 20 moved: production is halted: p-3 failed: Job',
    '      migrate; reeve rollout force production goes on at once',
    '',
    `${b}  2026-11-29 10:00 UTC  gone back from, after 90m`,
    '    Chat 2.5 (Reeve Tester)',
    '    p-3 failed: Job migrate',
    '    11-29 11:00  halted, 3 of 20 moved: production is halted: p-3 failed: Job',
    '      migrate; reeve rollout force production goes on at once',
    '    11-29 10:00  moving, 1 of 20 moved',
    '',
    `${a}  2026-11-28 10:00 UTC  done, took 3h, after 1d`,
    '    Chat 2.4 (Reeve Tester)',
    '    11-28 13:00  done, 20 of 20 moved',
    '    11-28 10:00  moving, 0 of 20 moved',
    '',
  ])

  const { revisions, hasMore } = JSON.parse(
    (await rollout(['history', 'production', '--limit', '3', '--output', 'json'])).stdout,
  )
  t.true(hasMore)
  t.deepEqual(
    revisions.map(({ at, end }: { at: { commit: string }; end: string }) => [at.commit, end]),
    [
      [good, 'moving'],
      [first, 'replaced'],
      [bad, 'gone-back'],
    ],
  )
})

test('what was gone back from before any commit told of it is part of the history', async (t) => {
  const { push, tell, rollout } = await statusScene(t)
  const first = await push({ ...TEMPLATE, 'a.yaml': rings({ name: 'a' }) }, 'First')
  const bad = await push({ 'b.yaml': '' }, 'Second')
  await tell(groupFile('a', { commit: first, members: 1, moved: 1 }), START)
  const rejected = [{ commit: bad, digest: digestOf(bad), head: bad, why: 'a-1 failed', at: START * 1000 }]
  const halted = { commit: first, state: 'halted', members: 1, moved: 1, record: { rejected } } as const
  await tell(groupFile('a', halted), START + HOUR)
  await tell(groupFile('a', { ...halted, moved: 0 }), START + 2 * HOUR)
  const { stdout } = await rollout(['history', 'a'])
  t.regex(
    stdout,
    new RegExp(
      `\n\n${bad.slice(0, 7)}  2026-11-28 11:00 UTC  gone back from\n    Second .*\n    a-1 failed\n\n${first.slice(0, 7)} `,
    ),
  )
})

test('the history reaches as far back as it is asked for, whatever the clone has', async (t) => {
  const { push, tell, rollout } = await statusScene(t)
  const first = await push({ ...TEMPLATE, 'a.yaml': rings({ name: 'a' }) }, 'First')
  await tell(groupFile('a', { commit: first, members: 1, moved: 1 }), START)
  const second = await push({ 'b.yaml': '' }, 'Second')
  for (let at = 1; at <= 70; at += 1) await tell({ 'README.md': `${at}` }, START + at)
  await tell(groupFile('a', { commit: second, members: 1, moved: 1 }), START + 71)
  const { stdout } = await rollout(['history', 'a'])
  t.regex(stdout, /10:01 UTC {2}done.*Second.*10:00 UTC {2}done.*First/s)
})

test('faults of the history say what is wrong', async (t) => {
  const { push, tell, rollout } = await statusScene(t)
  await push({ ...TEMPLATE, 'a.yaml': rings({ name: 'a' }) }, 'First')
  await tell({ 'README.md': '' })
  const none = await rollout(['history', 'b'])
  t.is(none.code, 1)
  t.regex(none.stderr, /^the status branch tells of no rollout of the group: reeve\/status\/default: b\n/)
  for (const limit of ['0', '-1', 'x', '1001', '1.5']) {
    const { code, stderr } = await rollout(['history', 'a', '--limit', limit])
    t.is(code, 2)
    t.regex(stderr, /--limit \S+ is not a number from 1 to 1000/)
  }
})
