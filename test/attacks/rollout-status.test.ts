import test from 'ava'
import { groupPath } from '../../src/stages/report/status-path.ts'
import {
  groupFile,
  memberFile,
  rings,
  statusScene,
  TEMPLATE,
} from '../helpers/rollout-status/status-scene.ts'

const EVIL = '\u001b]0;owned\u0007\u001b[2J\u202eevil\u0000\r\nroot# '
const COMMANDS = [
  ['status'],
  ['status', 'a'],
  ['status', '--output', 'json'],
  ['status', 'a', '--output', 'yaml'],
  ['history', 'a'],
  ['history', 'a', '--output', 'json'],
]

const header = 'apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroupStatus\nmetadata: {name: a}\n'

/** What others may write in place of a group's record. */
const WRITTEN: Readonly<Record<string, (commit: string) => string>> = {
  'nothing at all': () => '',
  'what is not YAML': () => '{{{\u0000',
  'a list': () => '- a\n',
  'only a name': () => header,
  'fields of other types': (commit) =>
    `${header}state: {a: 1}\ncommit: [${commit}]\ndigest: 7\nmembers: -1\nmoved: x\nrecord: 9\n`,
  'lists of other types': (commit) =>
    `${header}state: moving\ncommit: ${commit}\ndigest: x\nmembers: 1.5\nmoved: 99999999999999999999\nmoving: [1]\nunavailable: {count: .inf, names: [1, null, {}]}\nwaiting: [1, {member: 2}]\nwaits: [1]\nrecord: {at: {commit: ${commit}, digest: x, since: "-271821-04-20T00:00:00Z"}, proofs: [1, {commit: x}, {commit: ${commit}, digest: x, soakedMs: .inf}], rejected: {a: 1}, moves: [{member: 1}]}\n`,
  'aliases that grow': () =>
    `${header}a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nstate: moving\ndigest: *c\n`,
  'a text of many megabytes': (commit) =>
    `${header}state: moving\ncommit: ${commit}\ndigest: x\nwaits: ${'x'.repeat(6 << 20)}\n`,
  'a text of some megabytes': (commit) =>
    `${header}state: moving\ncommit: ${commit}\ndigest: x\nwaits: ${'x'.repeat(2 << 20)}\n`,
  'a commit of nowhere': () =>
    `${header}state: done\ncommit: ${'f'.repeat(40)}\ndigest: x\nmembers: 1\nmoved: 1\nrecord: {}\n`,
  'another group': (commit) => `${header.replace('a}', 'b}')}state: halted\ncommit: ${commit}\ndigest: x\n`,
}

test('a status branch of others makes no command crash, and says no more than it may', async (t) => {
  const { push, tell, rollout } = await statusScene(t)
  const groups = rings({ name: 'a', members: ['a-1'] })
  const commit = await push({ ...TEMPLATE, 'fleet.yaml': groups }, 'First')
  for (const [what, write] of Object.entries(WRITTEN)) {
    await tell({ [groupPath('a')]: write(commit), 'installations/a-1.yaml': write(commit) })
    for (const args of COMMANDS) {
      const { code, stdout, stderr } = await rollout(args)
      const told = `${what}: ${args.join(' ')}: ${stderr}`
      t.true(code === 0 || (args[0] === 'history' && code === 1), told)
      t.notRegex(stderr, /bug in Reeve|\n {4}at /, told)
      t.true(stdout.length < 20_000, `${told}: ${stdout.length}`)
    }
  }
})

test('nothing that a status branch says controls a terminal', async (t) => {
  const { push, tell, rollout } = await statusScene(t)
  const groups = rings({ name: 'a', members: ['a-1'] })
  const commit = await push({ ...TEMPLATE, 'fleet.yaml': groups }, `First ${EVIL.replaceAll('\u0000', '')}`)
  const named = { count: 1, names: [EVIL] }
  const rejected = [{ commit, digest: EVIL, head: commit, why: EVIL, at: 0 }]
  await tell({
    ...groupFile('a', {
      ...{ commit, state: 'halted', waits: EVIL, digest: EVIL, moving: named, unavailable: named },
      waiting: [{ member: EVIL, for: EVIL }],
      record: { rejected, failure: { name: EVIL, check: EVIL, reason: EVIL } },
    }),
    ...memberFile('a-1', 'a', commit, {
      state: 'degraded',
      problems: [{ code: 'unhealthy', message: EVIL }],
    }),
  })
  for (const args of [...COMMANDS, ['rollback', 'a']]) {
    const { stdout, stderr } = await rollout(args)
    t.notRegex(stdout + stderr, /[^\n\x20-\x7e█░↓…]/u, args.join(' '))
    t.notRegex(stdout, /^root# /m, args.join(' '))
  }
})
