import test from 'ava'
import type { FieldChange } from '../../../src/stages/plan/describe/changes.ts'
import { lessPending } from '../../../src/stages/review/less-pending.ts'

const at = (path: string, before?: FieldChange['before'], after?: FieldChange['after']): FieldChange => ({
  path,
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
})

test('a change is told beyond what is pending anyway', (t) => {
  const cases: readonly (readonly [
    string,
    readonly FieldChange[],
    readonly FieldChange[],
    readonly FieldChange[],
  ])[] = [
    ['nothing pending', [at('a', 1, 2)], [], [at('a', 1, 2)]],
    ['the same', [at('a', 1, 2)], [at('a', 1, 2)], []],
    ['the same removal', [at('a', 1)], [at('a', 1)], []],
    ['the same mapping', [at('a', 1, { b: [1] })], [at('a', 1, { b: [1] })], []],
    ['another value', [at('a', 1, 3)], [at('a', 1, 2)], [at('a', 2, 3)]],
    ['removed rather than set', [at('a', 1)], [at('a', 1, 2)], [at('a', 2)]],
    ['set rather than removed', [at('a', 1, 2)], [at('a', 1)], [at('a', undefined, 2)]],
    ['left as it is', [], [at('a', 1, 2)], [at('a', 2, 1)]],
    ['an addition that is left out', [], [at('a', undefined, 2)], [at('a', 2)]],
    [
      'secrets',
      [at('a', '(secret)', '(secret)')],
      [at('a', '(secret)', '(secret)')],
      [at('a', '(secret)', '(secret)')],
    ],
    [
      'a secret within',
      [at('a', 1, { b: '(secret)' })],
      [at('a', 1, { b: '(secret)' })],
      [at('a', 1, { b: '(secret)' })],
    ],
    ['below a pending one', [at('a.b', 1, 2)], [at('a', undefined, { b: 3 })], [at('a.b', 1, 2)]],
    ['above a pending one', [at('a')], [at('a[name=x].b', 1, 2)], [at('a')]],
    ['not above it', [at('ab', 1, 2)], [at('a', 1, 2)], [at('ab', 1, 2), at('a', 2, 1)]],
    [
      'told twice',
      [at('a[0]', 1, 2), at('a[0]', 3, 4)],
      [at('a[0]', 1, 2)],
      [at('a[0]', 1, 2), at('a[0]', 3, 4)],
    ],
  ]
  for (const [title, changes, pending, expected] of cases)
    t.deepEqual(lessPending(changes, pending), expected, title)
})

test('thousands of fields are compared at once', (t) => {
  const many = (name: string) => Array.from({ length: 20_000 }, (_, n) => at(`spec.${name}[${n}].x`, 1, 2))
  const began = performance.now()
  t.is(lessPending(many('a'), many('b')).length, 40_000)
  t.true(performance.now() - began < 3_000)
})
