import test from 'ava'
import fc from 'fast-check'
import { isReached } from '../../../../src/stages/review/reviewed/is-reached.ts'

const never = () => false
const step = (text: string) => {
  const [from = '', to = ''] = text.split('→')
  return { from, to }
}

const rows: readonly (readonly [title: string, steps: string, accepted: string, way: string, is: boolean])[] =
  [
    ['one review', 'a→b', '', 'a→b', true],
    ['reviews chain', 'b→c a→b', '', 'a→c', true],
    ['none', '', '', 'a→b', false],
    ['the way back is another', 'a→b', '', 'b→a', false],
    ['a gap', 'a→b c→d', '', 'a→d', false],
    ['a gap that is accepted', 'a→b c→d', 'b→c', 'a→d', true],
    ['accepted alone', '', 'a→b', 'a→b', true],
    ['a circle', 'a→b b→a', '', 'a→c', false],
    ['created', '→a', '', '→a', true],
    ['created by the review of another start', 'x→a', '', '→a', false],
    ['removed', 'a→', '', 'a→', true],
    ['from what is unknown', 'a→b', '', '?→b', false],
  ]

for (const [title, steps, accepted, way, is] of rows)
  test(`steps from one declaration to another: ${title}`, (t) => {
    const { from, to } = step(way)
    const options = {
      steps: steps === '' ? [] : steps.split(' ').map(step),
      accepts: (a: string, b: string) => accepted.split(' ').includes(`${a}→${b}`),
    }
    t.is(isReached(from, to, options), is)
  })

test('over any history, an installation gets nowhere that no chain of steps leads to', (t) => {
  const state = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e')
  const edge = fc.record({ from: state, to: state })
  fc.assert(
    fc.property(
      fc.array(edge, { maxLength: 8 }),
      fc.array(edge, { maxLength: 3 }),
      state,
      state,
      (steps, ok, from, to) => {
        const edges = [...steps, ...ok]
        const known = new Set([to, ...steps.flatMap((each) => [each.from, each.to])])
        // By matrices: paths over states that somebody named.
        let paths = new Set([from])
        for (let count = 0; count <= 8; count += 1)
          paths = new Set([
            ...paths,
            ...edges.filter((each) => paths.has(each.from) && known.has(each.to)).map((each) => each.to),
          ])
        const accepts = (a: string, b: string) => ok.some((each) => each.from === a && each.to === b)
        return isReached(from, to, { steps, accepts }) === paths.has(to)
      },
    ),
  )
  t.false(isReached('a', 'b', { steps: [], accepts: never }))
})
