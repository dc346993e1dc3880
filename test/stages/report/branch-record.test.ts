import test from 'ava'
import { load } from 'js-yaml'
import { fault } from '../../../src/model/fault.ts'
import type { RefusedHead } from '../../../src/model/refused-head.ts'
import { branchNotice, branchRecord } from '../../../src/stages/report/branch-record.ts'
import { GroupStatuses } from '../../../src/stages/report/rollouts/group-statuses.ts'
import { StatusCommits } from '../../../src/stages/report/status-commits.ts'
import { Statuses } from '../../../src/stages/report/statuses.ts'

const REFUSED: RefusedHead = {
  branch: 'main',
  commit: 'b'.repeat(40),
  applied: 'a'.repeat(40),
  fault: fault('unsigned-commit', 'bbbbbbb by Ann <ann@example.com>'),
}

/** A status branch in memory. */
function branch(files: ReadonlyMap<string, string> = new Map()) {
  const state = { files, messages: [] as string[] }
  const commits = new StatusCommits({
    cluster: 'east',
    statuses: new Statuses(),
    groups: new GroupStatuses(),
    read: async () => state.files,
    write: async (files, message) => {
      const isSame = JSON.stringify([...files]) === JSON.stringify([...state.files])
      state.files = files
      if (!isSame) state.messages.push(message)
      return isSame ? undefined : 'oid'
    },
    isAsLeft: async () => true,
    onCommit: () => {},
    onError: () => {},
  })
  return { state, commits }
}

test('a head that is not applied is told for people and for programs, until it is', async (t) => {
  const { state, commits } = branch()
  commits.noteHead('main', REFUSED.commit, undefined)
  await commits.flush()
  t.deepEqual(state.messages, [])
  commits.noteHead('main', REFUSED.commit, REFUSED)
  commits.noteHead('main', REFUSED.commit, REFUSED)
  await commits.flush()
  t.regex(state.messages[0] ?? '', /^the head of main, bbbbbbb, is not applied: the commit is not signed/)
  t.notRegex(state.messages[0] ?? '', /Reeve-Commit/)
  t.regex(state.files.get('README.md') ?? '', /`bbbbbbb`, is not applied, `aaaaaaa` stays applied/)
  const told = load(state.files.get('branch.yaml') ?? '') as object
  t.like(told, { refused: REFUSED.commit, applied: 'a'.repeat(40) })
  commits.noteHead('main', 'c'.repeat(40), undefined)
  await commits[Symbol.asyncDispose]()
  t.regex(state.messages[1] ?? '', /^the head of main, ccccccc, is applied again\n/)
  t.deepEqual([...state.files.keys()], ['README.md'])
  t.is(state.messages.length, 2)
})

test('after a restart, it is told again only where it has changed', async (t) => {
  const first = branch()
  first.commits.noteHead('main', REFUSED.commit, REFUSED)
  await first.commits[Symbol.asyncDispose]()
  const same = branch(first.state.files)
  await same.commits.load()
  same.commits.noteHead('main', REFUSED.commit, REFUSED)
  await same.commits[Symbol.asyncDispose]()
  t.deepEqual(same.state.messages, [])
  const applied = branch(first.state.files)
  await applied.commits.load()
  applied.commits.noteHead('main', REFUSED.commit, undefined)
  await applied.commits[Symbol.asyncDispose]()
  t.deepEqual([...applied.state.files.keys()], ['README.md'])
})

test('the name of a committer is inert', (t) => {
  const hostile = { ...REFUSED, fault: fault('unsigned-commit', 'by <img src=x> | @team [a](http://b)') }
  const notice = branchNotice(hostile)
  const outsideOfCode = notice.replaceAll(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '')
  t.notRegex(outsideOfCode, /<img|@team|http:/)
  t.false(notice.includes('\n'))
  const { problems } = load(branchRecord('east', hostile)) as { problems: readonly { message: string }[] }
  t.true(problems[0]?.message.endsWith('(http://b)'))
})
