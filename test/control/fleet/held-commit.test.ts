import test from 'ava'
import { type Ancestry, provenCommit } from '../../../src/control/fleet/held-commit.ts'

/** A followed branch of commits a, b, c, d, the newest last, of which the oldest may not be here. */
function branchOf(commits: string): Ancestry {
  return {
    has: async (head, commit) => commits.includes(commit) && commits.indexOf(commit) <= commits.indexOf(head),
    since: async (commit, head) =>
      new Set(commits.slice(commits.indexOf(commit) + 1, commits.indexOf(head) + 1)),
  }
}

const cases: readonly (readonly [string, string, string | undefined, string, string | undefined])[] = [
  ['what the branch has and the cluster does not contradict counts', 'abcd', 'c', 'ab', 'c'],
  ['what is older than a live object does not', 'abcd', 'a', 'ab', 'b'],
  ['a commit of another branch does not', 'abcd', 'x', 'ab', 'b'],
  ['nothing recorded is as good as something forged', 'abcd', undefined, 'ab', 'b'],
  ['what a live object names counts, though it is not here', 'd', 'b', 'b', 'b'],
  [
    'what nothing proves does not, where it is unknown which live object is the newest',
    'd',
    'x',
    'ab',
    undefined,
  ],
  ['without a live object the history alone proves it', 'abcd', 'b', '', 'b'],
  ['without either nothing does', 'd', 'b', '', undefined],
]

for (const [title, commits, recorded, marks, expected] of cases)
  test(`a commit to be held at: ${title}`, async (t) => {
    t.is(await provenCommit({ recorded, head: 'd', marks: new Set(marks) }, branchOf(commits)), expected)
  })

const own: readonly (readonly [string, string, string | undefined, string, string | undefined])[] = [
  ['the own record counts where no live object is newer', 'abcd', 'c', 'ab', 'c'],
  ['a live object that was written after it, before a kill, counts', 'abcd', 'a', 'abc', 'c'],
  ['without a record a live object counts', 'abcd', undefined, 'ab', 'b'],
  ['the own record counts although history was rewritten', 'abcd', 'x', 'ab', 'x'],
  ['and although it is not here', 'd', 'b', 'ac', 'b'],
  ['with neither there is none', 'abcd', undefined, '', undefined],
]

for (const [title, commits, recorded, marks, expected] of own)
  test(`a commit to be held at, after this Reeve's own records: ${title}`, async (t) => {
    const question = { recorded, isOwn: true, head: 'd', marks: new Set(marks) }
    t.is(await provenCommit(question, branchOf(commits)), expected)
  })
