import test from 'ava'
import fc from 'fast-check'
import { newCommits } from '../../../src/control/verify/new-commits.ts'
import { historyOf, idOf, nameOf, type Told } from './history.ts'

async function between(told: Readonly<Record<string, Told>>, from: string, to: string): Promise<string> {
  const found = await newCommits(idOf(from), idOf(to), historyOf(told))
  return typeof found === 'string'
    ? found
    : found
        .map(({ oid }) => nameOf(oid))
        .sort()
        .join(' ')
}

const LINE = { a: {}, b: { parents: ['a'] }, c: { parents: ['b'] }, d: { parents: ['c'] } }
const MERGE = {
  a: {},
  b: { parents: ['a'] },
  c: { parents: ['b'] },
  f: { parents: ['a'] },
  g: { parents: ['f'] },
  m: { parents: ['c', 'g'] },
}

for (const [what, told, from, to, found] of [
  ['nothing is new at the same commit', LINE, 'c', 'c', ''],
  ['all that follow are new', LINE, 'a', 'd', 'b c d'],
  ['nothing is new at an earlier commit', LINE, 'd', 'b', ''],
  ['a merge brings its side in', MERGE, 'c', 'm', 'f g m'],
  ['a merge has what was there before it', MERGE, 'b', 'm', 'c f g m'],
  ['another history is new from where they part', MERGE, 'c', 'g', 'f g'],
  [
    'a commit that cannot be had is no end',
    { b: { parents: ['gone'] }, c: { parents: ['b'] } },
    'x',
    'c',
    'gone',
  ],
  [
    'what lies before an old commit need not be had',
    { b: { parents: ['gone'] }, c: { parents: ['b'] } },
    'b',
    'c',
    'c',
  ],
] as const) {
  test(what, async (t) => t.is(await between(told, from, to), found))
}

test('a history that is too long is not looked through', async (t) => {
  const names = Array.from({ length: 1_200 }, (_, n) => `${n}`)
  const told = Object.fromEntries(names.map((name, n) => [name, { parents: n === 0 ? [] : [`${n - 1}`] }]))
  t.is(await between(told, '1', '1199'), 'too-many')
})

test('it takes no more steps for merges of merges', async (t) => {
  const told: Record<string, Told> = { l0: {}, r0: {} }
  for (let n = 1; n < 150; n += 1) {
    told[`l${n}`] = { parents: [`l${n - 1}`, `r${n - 1}`] }
    told[`r${n}`] = { parents: [`r${n - 1}`, `l${n - 1}`] }
  }
  const look = historyOf(told)
  t.is((await newCommits(idOf('l1'), idOf('l149'), look)).length > 100, true)
  t.true(look.looked.length < 400, `${look.looked.length}`)
})

test('no new commit is passed over, whatever the clocks say', async (t) => {
  const histories = fc.array(fc.record({ parents: fc.array(fc.nat(), { maxLength: 2 }), time: fc.nat(20) }), {
    minLength: 2,
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), fc.nat(), async (commits, one, other) => {
      const told = Object.fromEntries(
        commits.map(({ parents, time }, n) => [
          `${n}`,
          { time, parents: n === 0 ? [] : [...new Set(parents.map((parent) => `${parent % n}`))] },
        ]),
      )
      const reached = (name: string): Set<string> => {
        const seen = new Set<string>()
        const pending = [name]
        for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
          if (seen.has(next)) continue
          seen.add(next)
          pending.push(...(told[next]?.parents ?? []))
        }
        return seen
      }
      const [from, to] = [`${one % commits.length}`, `${other % commits.length}`]
      const found = new Set((await between(told, from, to)).split(' '))
      const had = reached(from)
      for (const name of reached(to)) t.true(had.has(name) || found.has(name), name)
    }),
    { numRuns: 500 },
  )
})
