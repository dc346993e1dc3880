import test from 'ava'
import { FaultError, fault } from '../../../src/model/fault.ts'
import type { Change, InstallationStatus } from '../../../src/model/status.ts'
import { withWrites } from '../../../src/stages/report/changes.ts'
import { GroupStatuses } from '../../../src/stages/report/rollouts/group-statuses.ts'
import { StatusCommits } from '../../../src/stages/report/status-commits.ts'
import { Statuses } from '../../../src/stages/report/statuses.ts'
import { until } from '../../helpers/until.ts'

function status(name: string, state: InstallationStatus['state'] = 'healthy'): InstallationStatus {
  return {
    name,
    state,
    commit: 'c'.repeat(40),
    source: 's',
    objects: { declared: 1, healthy: 1 },
    changes: [],
    problems: [],
  }
}

/** A status branch in memory: what was written, and whether it accepts at all. */
function branch() {
  const state = {
    files: new Map<string, string>(),
    messages: [] as string[],
    writes: 0,
    refuse: false,
    isAsLeft: true,
    errors: 0,
    delay: undefined as PromiseWithResolvers<void> | undefined,
  }
  const statuses = new Statuses()
  const commits = new StatusCommits({
    cluster: 'east',
    statuses,
    groups: new GroupStatuses(),
    read: async () => state.files,
    write: async (files, message) => {
      state.writes++
      await state.delay?.promise
      if (state.refuse) throw new FaultError(fault('git-unreachable', ''))
      state.files = new Map(files)
      state.messages.push(message)
      return 'oid'
    },
    isAsLeft: async () => state.isAsLeft,
    onCommit: () => {},
    onError: () => {
      state.errors++
    },
  })
  return { state, statuses, commits }
}

test('changes that come together make one commit', async (t) => {
  const { state, statuses, commits } = branch()
  statuses.update(status('a', 'progressing'))
  statuses.update(status('a'))
  statuses.update(status('b'))
  await commits[Symbol.asyncDispose]()
  t.is(state.messages.length, 1)
  t.deepEqual([...state.files.keys()], ['README.md', 'installations/a.yaml', 'installations/b.yaml'])
})

test('what lost its objects to another one is told so also in a later commit of the same head', async (t) => {
  const { state, statuses, commits } = branch()
  const taken: Change = { object: 'ConfigMap a', action: 'moved', reason: 'commit', from: 'a' }
  statuses.moveTo('1'.repeat(40))
  for (const name of ['a', 'c']) statuses.update(status(name))
  await commits.flush()
  statuses.update(status('b'), [taken])
  await commits.flush()
  statuses.remove('a')
  await commits.flush()
  t.true(state.messages.at(-1)?.includes('- a: gone; its objects moved to b\n'), state.messages.at(-1))
  statuses.update(status('b'), [{ ...taken, from: 'c' }])
  await commits.flush()
  statuses.moveTo('2'.repeat(40))
  statuses.remove('c')
  await commits.flush()
  t.true(state.messages.at(-1)?.includes('- c: gone\n'), 'a later commit removed it')
})

test('a status that is no transition makes no commit', async (t) => {
  const { state, statuses, commits } = branch()
  statuses.update(status('a'))
  await commits.flush()
  statuses.update(status('a'))
  await commits.flush()
  t.is(state.messages.length, 1)
})

test('after a restart only what changed is written, and the rest is kept', async (t) => {
  const { state, statuses, commits } = branch()
  for (const name of ['a', 'b']) statuses.update(status(name))
  await commits.flush()
  const next = branch()
  next.state.files = state.files
  await next.commits.load()
  next.statuses.update(status('a'))
  await next.commits.flush()
  t.is(next.state.messages.length, 0)
  next.statuses.update(status('b', 'failed'))
  await next.commits.flush()
  t.true(next.state.messages[0]?.startsWith('b: failed at '))
  t.is(next.state.files.size, 3)
})

test('a refused write is tried again and then holds everything since', async (t) => {
  const { state, statuses, commits } = branch()
  state.refuse = true
  statuses.update(status('a'))
  await commits.flush()
  t.is(state.errors, 1)
  state.refuse = false
  statuses.update(status('b'))
  await commits[Symbol.asyncDispose]()
  t.is(state.files.size, 3)
})

test('what changes while a write is under way is written by the next one, on its own', async (t) => {
  const { state, statuses, commits } = branch()
  state.delay = Promise.withResolvers<void>()
  statuses.update(status('a'))
  const first = commits.flush()
  await until('a write', () => state.writes === 1)
  statuses.update(status('b'))
  state.delay.resolve()
  await first
  t.deepEqual([...state.files.keys()], ['README.md', 'installations/a.yaml'])
  await until('the next write', () => state.messages.length === 2)
  t.is(state.files.size, 3)
  await commits[Symbol.asyncDispose]()
})

test('two flushes at once write one after the other, and the second only what is new', async (t) => {
  const { state, statuses, commits } = branch()
  state.delay = Promise.withResolvers<void>()
  statuses.update(status('a'))
  const flushes = [commits.flush(), commits.flush()]
  await until('a write', () => state.writes === 1)
  state.delay.resolve()
  await Promise.all(flushes)
  t.is(state.writes, 1)
})

test('a refusal while something changes leaves nothing unwritten', async (t) => {
  const { state, statuses, commits } = branch()
  state.delay = Promise.withResolvers<void>()
  state.refuse = true
  statuses.update(status('a'))
  const first = commits.flush()
  await until('a write', () => state.writes === 1)
  statuses.update(status('b'))
  state.delay.resolve()
  await first
  t.is(state.errors, 1)
  state.refuse = false
  await until('both records', () => state.files.size === 3)
  await commits[Symbol.asyncDispose]()
})

test('a status that cannot be put into words is told of, and stops no later one', async (t) => {
  const { state, statuses, commits } = branch()
  const changes = [{ object: 1n }] as unknown as InstallationStatus['changes']
  statuses.update({ ...status('a'), changes })
  await commits.flush()
  t.is(state.errors, 1)
  statuses.update(status('a'))
  await commits.flush()
  t.deepEqual([...state.files.keys()], ['README.md', 'installations/a.yaml'])
  await commits[Symbol.asyncDispose]()
})

test('an installation that is gone loses its record', async (t) => {
  const { state, statuses, commits } = branch()
  statuses.update(status('a'))
  await commits.flush()
  statuses.remove('a')
  await commits.flush()
  t.deepEqual([...state.files.keys()], ['README.md'])
  t.true(state.messages[1]?.startsWith('a: gone at '))
})

test('what was changed is told once, not with each later transition', async (t) => {
  const { state, statuses, commits } = branch()
  const changes = [{ object: 'ConfigMap a/b', action: 'created', reason: 'commit' }] as const
  statuses.update({ ...status('a', 'progressing'), changes }, changes)
  await commits.flush()
  statuses.update({ ...status('a'), changes })
  await commits.flush()
  t.true(state.messages[0]?.includes('created ConfigMap a/b'))
  t.false(state.messages[1]?.includes('created ConfigMap a/b'))
})

const CREATED = { object: 'ConfigMap a/b', action: 'created', reason: 'commit' } as const
const DRIFT = { object: 'ConfigMap a/b', action: 'patched', reason: 'drift', fields: ['data.x'] } as const

/** As an observation reports writes: the status has those since its commit. */
function report(statuses: Statuses, name: string, ...writes: readonly Change[]): void {
  const before = statuses.get(name) ?? status(name)
  statuses.update({ ...before, ...withWrites(before, writes) }, writes)
}

test('a drift soon after a commit swallows none of its changes', async (t) => {
  const { state, statuses, commits } = branch()
  report(statuses, 'a', CREATED)
  report(statuses, 'a', DRIFT)
  await commits.flush()
  t.true(state.messages[0]?.includes('  created ConfigMap a/b\n  patched (drift) ConfigMap a/b: data.x\n'))
})

test('equal drifts are counted, each in one commit', async (t) => {
  const { state, statuses, commits } = branch()
  report(statuses, 'a', DRIFT)
  await commits.flush()
  report(statuses, 'a', DRIFT)
  report(statuses, 'a', DRIFT)
  await commits.flush()
  t.true(state.messages[0]?.includes('patched (drift) ConfigMap'))
  t.true(state.messages[1]?.includes('patched (drift, 2 times) ConfigMap'))
  t.true(state.files.get('installations/a.yaml')?.includes('times: 3'))
})

test('the writes of two commits between two status commits are both told and recorded', async (t) => {
  const { state, statuses, commits } = branch()
  report(statuses, 'a', { ...CREATED, object: 'ConfigMap a/first', commit: '1'.repeat(40) })
  const second = { ...CREATED, object: 'ConfigMap a/second', commit: '2'.repeat(40) }
  statuses.update({ ...status('a'), commit: '2'.repeat(40), changes: [second] }, [second])
  await commits.flush()
  t.true(
    state.messages[0]?.includes('  created (at 1111111) ConfigMap a/first\n  created ConfigMap a/second\n'),
  )
  t.regex(state.files.get('installations/a.yaml') ?? '', /a\/first[\s\S]*a\/second/)
  statuses.update(status('b'))
  await commits.flush()
  t.deepEqual([...(state.messages[1]?.matchAll(/^- \w+/gm) ?? [])].map(String), ['- b'])
  t.regex(state.files.get('installations/a.yaml') ?? '', /a\/first[\s\S]*a\/second/)
})

test('writes that a refused commit told are told by the next', async (t) => {
  const { state, statuses, commits } = branch()
  state.refuse = true
  report(statuses, 'a', DRIFT)
  await commits.flush()
  state.refuse = false
  report(statuses, 'a', DRIFT)
  await commits.flush()
  t.deepEqual(state.messages.length, 1)
  t.true(state.messages[0]?.includes('patched (drift, 2 times) ConfigMap'))
  await commits[Symbol.asyncDispose]()
})

test('what was deleted with an installation is told with its end', async (t) => {
  const { state, statuses, commits } = branch()
  statuses.update(status('a'))
  await commits.flush()
  statuses.remove('a', [{ object: 'ConfigMap a/b', action: 'deleted', reason: 'commit' }])
  await commits.flush()
  t.true(state.messages[1]?.includes('- a: gone\n  deleted ConfigMap a/b\n'))
})

test('a note makes a commit of its own', async (t) => {
  const { state, statuses, commits } = branch()
  statuses.update(status('a'))
  await commits.flush()
  commits.note('history rewritten')
  await commits.flush()
  t.true(state.messages[1]?.startsWith('history rewritten\n'))
})

test('a branch that others changed is put right, one that is as it was left is not written', async (t) => {
  const { state, statuses, commits } = branch()
  statuses.update(status('a'))
  await commits.flush()
  await commits.verify()
  t.is(state.writes, 1)
  state.isAsLeft = false
  await commits.verify()
  t.is(state.messages[1]?.split('\n')[0], 'status branch put right: it was changed by others')
})

test("a write that fails after its end is nobody's business any more", async (t) => {
  const { state, statuses, commits } = branch()
  state.delay = Promise.withResolvers<void>()
  state.refuse = true
  statuses.update(status('a'))
  const written = commits.flush()
  await until('the write', () => state.writes === 1)
  commits.discard()
  state.delay.resolve()
  await written
  t.is(state.errors, 0)
  t.is(state.writes, 1)
})

test('a record counts only where one of its name stands', async (t) => {
  const first = branch()
  first.statuses.update(status('a'))
  await first.commits.flush()
  const text = first.state.files.get('installations/a.yaml') ?? ''
  const { state, statuses, commits } = branch()
  state.files.set('installations/b.yaml', text)
  await commits.load()
  t.deepEqual(
    [...statuses.all()].map(({ name }) => name),
    [],
  )
})

test('a record that an earlier version wrote at another path is read, and moved with the next write', async (t) => {
  const name = 'a.yaml/b'
  const first = branch()
  first.statuses.update(status(name))
  await first.commits.flush()
  const text = first.state.files.get('installations/a%2Eyaml/b.yaml') ?? ''
  const { state, statuses, commits } = branch()
  state.files.set('installations/a.yaml/b.yaml', text)
  await commits.load()
  t.deepEqual(
    [...statuses.all()].map(({ name }) => name),
    [name],
  )
  await commits.flush()
  t.is(state.writes, 0, 'an upgrade alone writes nothing')
  statuses.update(status('a'))
  await commits.flush()
  t.deepEqual([...state.files.keys()].sort(), [
    'README.md',
    'installations/a%2Eyaml/b.yaml',
    'installations/a.yaml',
  ])
})

test('of two records of one name the one at the newer path counts', async (t) => {
  const name = 'a.yaml/b'
  const { state, statuses, commits } = branch()
  const texts = new Map<string, string>()
  for (const each of ['failed', 'healthy'] as const) {
    const other = branch()
    other.statuses.update(status(name, each))
    await other.commits.flush()
    texts.set(each, other.state.files.get('installations/a%2Eyaml/b.yaml') ?? '')
  }
  state.files.set('installations/a%2Eyaml/b.yaml', texts.get('healthy') ?? '')
  state.files.set('installations/a.yaml/b.yaml', texts.get('failed') ?? '')
  await commits.load()
  t.is(statuses.get(name)?.state, 'healthy')
})
