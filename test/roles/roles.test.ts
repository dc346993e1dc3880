import test from 'ava'
import { PARTS, partsOf, ROLES } from '../../src/roles/roles.ts'

test('each part stands after what it needs, in the map as in the order of a start', (t) => {
  const order = Object.keys(PARTS)
  for (const [name, { needs }] of Object.entries(PARTS))
    for (const needed of needs) t.true(order.indexOf(needed) < order.indexOf(name), `${name} needs ${needed}`)
  const all = partsOf(['follow'])
  for (const name of all)
    for (const needed of PARTS[name].needs)
      t.true(all.indexOf(needed) < all.indexOf(name), `${name} needs ${needed}`)
})

test('a role brings what its parts need, and nothing else', (t) => {
  t.deepEqual(partsOf(['http']), ['http'])
  t.deepEqual(partsOf(['report']), ['git', 'cluster', 'lease', 'report'])
  const all = Object.keys(PARTS).sort()
  t.deepEqual(
    [...partsOf(ROLES.sync)].sort(),
    all.filter((name) => name !== 'review'),
  )
  const reviewing = partsOf(ROLES.review)
  for (const writer of ['controller', 'follow', 'propose'] as const)
    t.false(reviewing.includes(writer), writer)
})
