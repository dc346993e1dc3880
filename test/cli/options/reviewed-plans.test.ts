import test from 'ava'
import { parseConfig } from '../../../src/cli/options/config-file.ts'

const rows: readonly (readonly [title: string, text: string, review: object])[] = [
  ['nothing', 'branch: main\n', { forks: false }],
  ['reviews are required', 'requireReviewedPlan: true\n', { forks: false, requireReviewedPlan: true }],
  ['they are not', 'requireReviewedPlan: false\n', { forks: false }],
  [
    'direct pushes are held',
    'requireReviewedPlan: true\ndirectPush: hold\n',
    { forks: false, requireReviewedPlan: true },
  ],
  ['they are let go', 'directPush: allow\n', { forks: false, directPush: 'allow' }],
  [
    'some are held',
    'directPush: allow\ndirectPushHolds: {kinds: [Secret]}\n',
    { forks: false, directPush: { kinds: ['Secret'], namespaces: [] } },
  ],
  ['some, where all are', 'directPushHolds: {kinds: [Secret]}\n', { forks: false }],
]

for (const [title, text, review] of rows)
  test(`the configuration file says of reviewed plans: ${title}`, (t) => {
    const config = parseConfig('reeve.yaml', text)
    t.deepEqual(config.faults, [])
    t.deepEqual(config.review as object, review)
  })

test('a misspelt rule for direct pushes is a fault, and not taken as one that lets them go', (t) => {
  const { faults, review } = parseConfig('reeve.yaml', 'requireReviewedPlan: true\ndirectPush: alow\n')
  t.like(faults, [{ code: 'bad-config', location: { line: 2 } }])
  t.is(review.directPush, undefined)
})
