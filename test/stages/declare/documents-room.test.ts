import test from 'ava'
import { DocumentsRoom } from '../../../src/stages/declare/documents-room.ts'
import { Random } from '../../helpers/random.ts'

const MIB = 1024 ** 2

/** Names of the directories that go, given what each weighs. */
function goneOf(weights: readonly (readonly [string, number])[], budget: number): readonly string[] {
  const room = new DocumentsRoom(budget)
  for (const [name, weight] of weights) room.add(name, weight)
  room.shrink()
  return weights.map(([name]) => name).filter((name) => room.isGone(name))
}

test('nothing goes within the budget', (t) => {
  t.deepEqual(
    goneOf(
      [
        ['a', 4 * MIB],
        ['b', 5 * MIB],
      ],
      10 * MIB,
    ),
    [],
  )
})

test('the largest directories go first, and no more than have to', (t) => {
  const weights = [
    ['small', MIB],
    ['huge', 50 * MIB],
    ['large', 9 * MIB],
    ['medium', 5 * MIB],
  ] as const
  t.deepEqual(goneOf(weights, 10 * MIB), ['huge', 'large'])
})

test('what goes does not depend on the order in which directories are read', (t) => {
  const random = new Random('documents')
  const weights = Array.from(
    { length: 50 },
    (_, index) => [`d${index}`, Math.floor(random.next() * MIB)] as const,
  )
  const gone = goneOf(weights, 10 * MIB).toSorted()
  t.true(gone.length > 0 && gone.length < 50)
  for (let round = 0; round < 20; round += 1) {
    const shuffled = weights
      .map((each) => ({ each, rank: random.next() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ each }) => each)
    t.deepEqual(goneOf(shuffled, 10 * MIB).toSorted(), gone)
  }
})

test('a directory that is gone stays gone', (t) => {
  const room = new DocumentsRoom(10 * MIB)
  room.add('large', 20 * MIB)
  t.true(room.isGone('large'))
  t.deepEqual(room.add('large', MIB), [])
  t.deepEqual(room.add('small', MIB), [])
  t.false(room.isGone('small'))
})
