import test from 'ava'
import { changeOf } from '../../../src/control/review/change-of.ts'
import { FaultError } from '../../../src/model/fault.ts'

const id = (digit: string) => digit.repeat(40)

const refs = {
  'refs/heads/main': id('a'),
  'refs/heads/own': id('b'),
  'refs/heads/7': id('c'),
  'refs/tags/v1': id('d'),
  'refs/pull/7/head': id('e'),
  'refs/pull/8/head': id('f'),
  'refs/pull/9/head': id('b'),
}

const repository = {
  lsRefs: async () => new Map(Object.entries(refs)),
  fetchCommit: async (name: string) => {
    throw new FaultError({ code: 'git-no-commit', message: name, remedy: '' })
  },
}

const cases: readonly (readonly [string, string, string, boolean])[] = [
  ['own', 'refs/heads/own', id('b'), false],
  ['v1', 'refs/tags/v1', id('d'), false],
  ['7', 'refs/heads/7', id('c'), false],
  ['#7', 'refs/pull/7/head', id('e'), true],
  ['8', 'refs/pull/8/head', id('f'), true],
  ['9', 'refs/pull/9/head', id('b'), false],
  [id('f'), 'refs/pull/8/head', id('f'), true],
  ['ddddddd', 'refs/tags/v1', id('d'), false],
  [id('1'), id('1'), id('1'), true],
]

for (const [source, ref, head, isFork] of cases)
  test(`${source} is ${ref}, ${isFork ? "a stranger's" : "the repository's own"}`, async (t) => {
    t.deepEqual(await changeOf(repository, source, 'main'), { head, ref, isFork })
  })

test('a number without a pull request is no change', async (t) => {
  await t.throwsAsync(changeOf(repository, '#5', 'main'), { instanceOf: FaultError, message: '#5' })
})
