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
