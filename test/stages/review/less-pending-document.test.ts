import test from 'ava'
import type { ObjectDocument } from '../../../src/stages/plan/describe/plan-document.ts'
import { lessPendingDocument } from '../../../src/stages/review/less-pending-document.ts'
import { created, patched } from './sample-reviews.ts'

const PLACE = { group: '', kind: 'ConfigMap', namespace: 'acme', name: 'x' }
const of = (action: ObjectDocument['action'], rest: Partial<ObjectDocument> = {}): ObjectDocument => ({
  action,
  ...PLACE,
  ...rest,
})
const patch = (before: number, after: number, rest: Partial<ObjectDocument> = {}): ObjectDocument => ({
  ...patched('/ConfigMap', 'acme', 'x', [{ path: 'data.a', before, after }]),
  ...rest,
})
const create = (value: string) => created('v1', 'ConfigMap', 'acme', 'x', { data: { a: value } })
const fault = { code: 'x', message: 'y', remedy: 'z' }

test('an object is told by what the change does beyond what is pending anyway', (t) => {
  const cases: readonly (readonly [
    title: string,
    planned: ObjectDocument,
    pending: ObjectDocument | undefined,
    expected: ObjectDocument | undefined,
  ])[] = [
    ['nothing pending', patch(1, 2), undefined, patch(1, 2)],
    ['nothing to do anyway', patch(1, 2), of('unchanged'), patch(1, 2)],
    ['the same patch', patch(1, 2), patch(1, 2), undefined],
    ['another patch', patch(1, 3), patch(1, 2), patch(2, 3)],
    [
      'left as it is',
      of('unchanged'),
      patch(1, 2),
      { ...of('patch'), changes: [{ path: 'data.a', before: 2, after: 1 }] },
    ],
    ['as it is', of('unchanged'), of('unchanged'), undefined],
    ['deleted anyway', of('delete'), of('delete'), undefined],
    ['deleted rather than changed', of('delete'), patch(1, 2), of('delete')],
    ['created anyway', create('1'), create('1'), undefined],
    ['created otherwise', create('1'), create('2'), create('1')],
    ['created with a secret', create('(secret)'), create('(secret)'), create('(secret)')],
    ['refused', of('blocked', { fault }), of('blocked', { fault }), of('blocked', { fault })],
    [
      'replaced',
      patch(1, 2, { isReplacement: true }),
      patch(1, 2),
      { ...patch(1, 2, { isReplacement: true }), changes: [] },
    ],
    [
      'replaced anyway',
      patch(1, 2, { isReplacement: true }),
      patch(1, 2, { isReplacement: true }),
      undefined,
    ],
    ['changed rather than deleted', patch(1, 2), of('delete'), patch(1, 2)],
  ]
  for (const [title, planned, pending, expected] of cases)
    t.deepEqual(lessPendingDocument(planned, pending), expected, title)
})
