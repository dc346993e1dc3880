import { stripVTControlCharacters } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { rolloutStatusLines } from '../../src/cli/present/rollout-status-text.ts'
import type { GroupReport } from '../../src/model/group-report.ts'
import type { Rollout } from '../../src/model/rollout.ts'
import { startCommand } from '../helpers/rollout-status/start-command.ts'
import {
  digestOf,
  groupFile,
  memberFile,
  rings,
  statusScene,
  TEMPLATE,
} from '../helpers/rollout-status/status-scene.ts'
import { until } from '../helpers/until.ts'

const MINUTE = 60_000

/** Three rings: the first is done, the second moves, the third waits. */
async function threeRings(t: ExecutionContext) {
  const scene = await statusScene(t)
  const early = ['e-1', 'e-2', 'e-3', 'e-4']
  const groups = rings(
    {
      name: 'production',
      rollout: '{after: [{group: early, soak: 24h}], skip: [p-2]}',
      members: ['p-1', 'p-2'],
    },
    { name: 'canary', members: ['c-1'] },
    { name: 'early', rollout: '{after: [{group: canary, soak: 4h}]}', members: early },
  )
  const old = await scene.push({ ...TEMPLATE, 'fleet.yaml': groups }, 'Chat 2.4')
  const commit = await scene.push(
    { 'templates/chat/b.yaml': TEMPLATE['templates/chat/a.yaml'] },
    'Chat 2.5: threads',
  )
  const now = Date.now()
  await scene.tell({
    ...groupFile('canary', { commit, members: 1, moved: 1 }),
    ...groupFile('early', {
      ...{
        commit,
        state: 'moving',
        members: 4,
        moved: 2,
        waits: 'early is still moving: e-3; reeve rollout force early goes on at once',
      },
      moving: { count: 1, names: ['e-3'] },
      unavailable: { count: 1, names: ['e-2'] },
      record: {
        moves: new Map([['e-3', { kind: 'inherited', at: now - 3 * MINUTE, wasUnavailable: false }]]),
        proofs: [{ commit: old, digest: digestOf(old), soaked: 26 * 60 * MINUTE }],
      },
    }),
    ...groupFile('production', {
      ...{ commit: old, state: 'waiting', members: 2, moved: 2 },
      waits:
        'early must prove it first until 2026-12-01 14:05 UTC; reeve rollout force production goes on at once',
    }),
    ...memberFile('e-1', 'early', commit),
    ...memberFile('e-2', 'early', commit, {
      state: 'degraded',
      problems: [{ code: 'unhealthy', message: 'Deployment web: 1 of 3 replicas are available' }],
    }),
    ...memberFile('e-3', 'early', commit, { state: 'progressing' }),
    ...memberFile('e-4', 'early', old),
    ...memberFile('p-2', 'production', old),
  })
  return { ...scene, old, commit, short: commit.slice(0, 7), oldShort: old.slice(0, 7) }
}

test('all groups are shown in the order of their rings, in 80 columns', async (t) => {
  const { rollout, short, oldShort } = await threeRings(t)
  const { code, stdout, stderr } = await rollout(['status'])
  t.is(code, 0, stderr)
  const [head, told, ...body] = stdout.split('\n')
  t.is(head, `main is at ${short} Chat 2.5: threads`)
  t.regex(told ?? '', /^as told by reeve\/status\/default at [0-9a-f]{7}, \d+s ago$/)
  t.deepEqual(body, [
    '',
    `canary      done     ${short}  ${'█'.repeat(30)} 1/1`,
    '    Chat 2.5: threads',
    '↓ then, once it is well for 4h',
    `early       moving   ${short}  ${'█'.repeat(15)}${'░'.repeat(15)} 2/4`,
    '    Chat 2.5: threads',
    '    early is still moving: e-3; reeve rollout force early goes on at once',
    '    1 moving: e-3',
    '    1 unavailable: e-2',
    '↓ then, once it is well for 1d',
    `production  waiting  ${oldShort}  ${'█'.repeat(30)} 2/2`,
    '    Chat 2.4',
    '    early must prove it first until 2026-12-01 14:05 UTC; reeve rollout force',
    '    production goes on at once',
    '',
  ])
})

test('a group is shown with its members that are not there, and what it has proven', async (t) => {
  const { rollout, short, oldShort } = await threeRings(t)
  const early = (await rollout(['status', 'early'])).stdout.split('\n')
  t.deepEqual(early.slice(early.indexOf(`    proved ${oldShort} (well for 1d 2h)`) + 1), [
    '',
    `e-2  unavailable  ${short}  degraded`,
    '    Deployment web: 1 of 3 replicas are available',
    `e-3  moving       ${short}  progressing, for 3m`,
    `e-4  behind       ${oldShort}`,
    `1 member is at ${short}`,
    '',
  ])
  const production = await rollout(['status', 'production'])
  t.regex(production.stdout, /\n {4}skips p-2\n\np-1 {2}new\np-2 {2}skipped {6}[0-9a-f]{7}\n$/)
})

test('programs get the same as a document', async (t) => {
  const { rollout, commit, old } = await threeRings(t)
  const { groups, ...rest } = JSON.parse((await rollout(['status', '--output', 'json'])).stdout)
  t.like(rest, { kind: 'RolloutStatus', branch: 'main', head: { commit, subject: 'Chat 2.5: threads' } })
  t.deepEqual(
    groups.map(({ name, state, moved, members, after }: Record<string, unknown>) => [
      name,
      state,
      moved,
      members,
      after,
    ]),
    [
      ['canary', 'done', 1, 1, []],
      ['early', 'moving', 2, 4, [{ group: 'canary', soakMs: 4 * 60 * MINUTE }]],
      ['production', 'waiting', 2, 2, [{ group: 'early', soakMs: 24 * 60 * MINUTE }]],
    ],
  )
  const early = JSON.parse((await rollout(['status', 'early', '--output', 'json'])).stdout).groups[0]
  t.deepEqual(
    early.installations.map(({ name, phase }: Record<string, unknown>) => [name, phase]),
    [
      ['e-2', 'unavailable'],
      ['e-3', 'moving'],
      ['e-4', 'behind'],
      ['e-1', 'there'],
    ],
  )
  t.is(early.record.proofs[0].commit, old)
})

test('the exit code says that a group is halted, and faults say what is wrong', async (t) => {
  const scene = await statusScene(t)
  const commit = await scene.push({ ...TEMPLATE, 'a.yaml': rings({ name: 'apple' }, { name: 'b' }) }, 'First')
  const none = await scene.rollout(['status'])
  t.is(none.code, 1)
  t.regex(none.stderr, /^the branch does not exist: reeve\/status\/default\n/)
  const waits = 'apple is halted: a-1 failed; reeve rollout force apple goes on at once'
  await scene.tell({
    ...groupFile('apple', { commit, state: 'halted', waits }),
    ...memberFile('a-1', 'apple', commit),
  })
  t.is((await scene.rollout(['status'])).code, 3)
  t.is((await scene.rollout(['status', 'apple'])).code, 3)
  const untold = await scene.rollout(['status', 'b'])
  t.is(untold.code, 0)
  t.regex(untold.stdout, /\nb {2}unknown\n {4}the status branch tells nothing of it yet\n/)
  const unknown = await scene.rollout(['status', 'aple'])
  t.is(unknown.code, 1)
  t.regex(unknown.stderr, /^no such InstallationGroup: aple; did you mean apple\?/)
})

test('without a terminal, --watch prints a line for each change, and ends with Ctrl-C', async (t) => {
  const { options, tell, commit, short } = await threeRings(t)
  await using watching = startCommand(['rollout', 'status', '--watch', ...options])
  await until('the first lines', () => watching.stdout().split('\n').length > 3)
  t.regex(
    watching.stdout(),
    /^\d\d:\d\d:\d\d canary: done at [0-9a-f]{7}, 1 of 1 moved\n.*early: moving .*\n.*production: waiting /,
  )
  const before = watching.stdout()
  await tell(groupFile('early', { commit, state: 'moving', members: 4, moved: 3 }))
  await until('the next line', () => watching.stdout() !== before)
  t.regex(
    watching.stdout().slice(before.length),
    new RegExp(`^\\d\\d:\\d\\d:\\d\\d early: moving at ${short}, 3 of 4 moved\\n$`),
  )
  t.is(await watching.interrupt(), 0)
  t.is(watching.stderr(), '')
})

test('--watch says that the remote is away, and goes on when it is back', async (t) => {
  const { options, tell, commit, server } = await threeRings(t)
  await using watching = startCommand(['rollout', 'status', '--watch', ...options])
  await until('the first lines', () => watching.stdout().split('\n').length > 3)
  await server.stop()
  await until('the problem', () => watching.stderr() !== '')
  t.regex(watching.stderr(), /^reeve: the Git remote could not be reached[^\n]*\n$/)
  await server.start()
  await tell(groupFile('early', { commit, state: 'done', members: 4, moved: 4 }))
  await until('the next line', () => watching.stdout().includes('early: done'))
  t.is(await watching.interrupt(), 0)
})

test('on a terminal, --watch is a live view that gives the terminal back as it was', async (t) => {
  const { options, tell, commit } = await threeRings(t)
  await using watching = startCommand(['rollout', 'status', 'early', '--watch', ...options], {
    columns: 60,
    rows: 16,
  })
  await until('a picture', () => watching.stdout().includes('Ctrl-C ends'))
  await tell(groupFile('early', { commit, state: 'done', members: 4, moved: 4 }))
  await until('the next picture', () => watching.stdout().includes('4/4'))
  t.is(await watching.interrupt(), 0)
  const [shown, after = ''] = watching.stdout().split('\u001b[?1049l')
  t.true(shown?.startsWith('\u001b[?1049h\u001b[?25l'), shown?.slice(0, 200))
  t.true(shown?.endsWith('\u001b[?7h\u001b[?25h'))
  t.regex(after, /4\/4/, 'what was seen last stays')
  t.false(after.includes('\u001b[?'))
})

for (const width of [40, 60, 80, 120])
  test(`no line is longer than ${width} columns where its words allow`, async (t) => {
    const long = 'x'.repeat(30)
    const report = {
      ...{ name: long, state: 'moving', commit: 'a'.repeat(40), digest: 'd', members: 20_000, moved: 1_234 },
      ...{
        waits: 'early must prove it first until 2026-12-01 14:05 UTC; reeve rollout force it',
        record: {},
      },
      moving: { count: 3, names: ['e-1', 'e-2', 'e-3'] },
      unavailable: { count: 300, names: ['f-1', 'f-2', 'f-3'] },
      waiting: [],
    } as const satisfies GroupReport
    const rollout = { skip: [], after: [{ group: 'y'.repeat(60), soak: MINUTE }] } as unknown as Rollout
    const at = {
      commit: report.commit,
      subject: 'A subject that is as long as subjects are, or longer than that',
    }
    const members = [
      { name: 'e-1', phase: 'unavailable', state: 'progressing', commit: at.commit, since: 0 },
    ] as const
    const lines = rolloutStatusLines(
      {
        statusBranch: 'reeve/status/default',
        told: at,
        branch: 'main',
        head: at,
        groups: [{ name: long, rollout, report, at, members }],
      },
      { colour: true, width, now: 3_000_000 },
    )
    for (const line of lines) {
      const shown = stripVTControlCharacters(line)
      t.true(shown.length <= width, `${shown.length}: ${shown}`)
    }
    t.true(lines.join('\n').includes('\u001b['))
  })
