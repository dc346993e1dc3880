import test from 'ava'
import fc from 'fast-check'
import { nearestName } from '../../src/model/nearest-name.ts'

/** Number of edits, by the definition. */
function edits(one: string, other: string): number {
  if (one === '' || other === '') return one.length + other.length
  const [a, b] = [one.slice(1), other.slice(1)]
  if (one[0] === other[0]) return edits(a, b)
  return 1 + Math.min(edits(a, b), edits(a, other), edits(one, b))
}

test('the nearest name is the first of those with the fewest edits', (t) => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
  const property = fc.property(word, fc.array(word, { maxLength: 5 }), fc.nat(3), (text, names, most) => {
    const distances = names.map((name) => edits(text, name))
    const least = Math.min(...distances)
    return nearestName(text, names, most) === (least <= most ? names[distances.indexOf(least)] : undefined)
  })
  t.notThrows(() => fc.assert(property, { numRuns: 2_000 }))
})

test('a name in capitals is near, and one in many more than a text is compared with is not looked for', (t) => {
  t.is(nearestName('Replicas', ['image', 'REPLICAS'], 1), 'REPLICAS')
  const others = Array.from({ length: 5_000 }, (_, index) => `other-${index}`.padEnd(12, 'x'))
  t.is(nearestName('replicas-abc', [...others, 'replicas-abd'], 1), undefined)
})
