import test from 'ava'
import { findDivergence } from '../../../../src/adapters/git/merge/divergence.ts'
import type { Commit } from '../../../../src/model/snapshot.ts'

/** Finds where a history leaves what the target has; each commit is named with its parents. */
async function diverge(parents: Readonly<Record<string, readonly string[]>>, known: readonly string[] = []) {
  const reads: string[] = []
  const brought = new Set<string>()
  const found = await findDivergence('head', {
    known: new Set(known),
    find: async (oid) => {
      reads.push(oid)
      const of = parents[oid] ?? (brought.has(oid) ? [] : undefined)
      return of && commit(oid, of)
    },
    bringKnown: async (oid) => void brought.add(oid),
  })
  return { reads, base: found?.base, commits: found?.commits.map(({ oid }) => oid) }
}

function commit(oid: string, parents: readonly string[]): Commit {
  return { oid, parents, committer: 'A <a@localhost>', message: '', time: 1 }
}

test('each commit of a change is read once', async (t) => {
  const { reads, base, commits } = await diverge(
    {
      head: ['second'],
      second: ['first'],
      first: ['base'],
      base: [],
    },
    ['base'],
  )
  t.deepEqual(reads, ['head', 'second', 'first', 'base'])
  t.is(base, 'base')
  t.deepEqual(commits, ['head', 'second', 'first'])
})

test('the only parent of a commit that is not here is the target’s', async (t) => {
  t.is((await diverge({ head: ['first'], first: ['base'] })).base, 'base')
})

test('of a merge with a parent that is not here nothing is told, whatever else leads to that', async (t) => {
  for (const parents of [
    ['one', 'two'],
    ['two', 'one'],
  ])
    t.is(
      (await diverge({ head: parents, one: ['gone'], two: ['gone', 'other'], other: [] })).commits,
      undefined,
    )
})
