import fc from 'fast-check'
import type { KubernetesObject } from '../../../src/model/object.ts'
import type { FaultDocument } from '../../../src/stages/plan/describe/fault-document.ts'
import type { Fold } from '../../../src/stages/plan/describe/fold-plans.ts'
import type { ObjectDocument } from '../../../src/stages/plan/describe/plan-document.ts'
import { type ClusterReview, FEARS } from '../../../src/stages/review/cluster-review.ts'
import type { CommentContext } from '../../../src/stages/review/comment/comment-context.ts'

const MARKER = '<!-- reeve:review -->'

/** Parts of texts that mean something to a forge. */
const PARTS = [
  '\n',
  '\r\n',
  '\n\n',
  '    ',
  '\t',
  ' ',
  '  \n',
  '|',
  '\\|',
  '\\',
  '`',
  '```',
  '~~~',
  '````````',
  '```\n',
  '</code></pre>',
  '</details>',
  '<details>',
  '<img src=x onerror=y>',
  '<script>',
  '<!--',
  '-->',
  '<!-- reeve:review -->',
  '<a href="https://evil.example">',
  '[x](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '[x]: https://evil.example',
  '[ ] ',
  '- [x] ',
  'https://evil.example',
  'www.evil.example',
  'evil@evil.example',
  'mailto:a@evil.example',
  'xmpp:a@b.c',
  '@root',
  '@org/team',
  '#1',
  'GH-1',
  '!1',
  'org/repo#1',
  '&1',
  '%1',
  '$1',
  '$$x$$',
  '$`x`$',
  'ABC-12',
  '4f2a91c07be35d8e6f10',
  ':smile:',
  ':+1:',
  '> ',
  '# ',
  '## ',
  '- ',
  '+ ',
  '* ',
  '1. ',
  '---',
  '***',
  '===',
  '**',
  '__',
  '_x_',
  '*x*',
  '~x~',
  '&lt;',
  '&#64;root',
  '[!CAUTION]',
  '/approve',
  '\n/merge\n',
  '[^1]',
  '[^1]: x',
  '\u0000',
  '\u202e',
  '\u200b',
  '\u2028',
  '\ud800',
  '\u{e0041}',
  'word',
  'über',
  '日本',
  '👍🏽',
  'a',
  '0',
  '/',
  ':',
  '{"a": 1}',
]

const text = fc.oneof(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const names = fc.array(text, { minLength: 1, maxLength: 5 })

const fault: fc.Arbitrary<FaultDocument> = fc.record(
  {
    code: fc.constantFrom('invalid-field', 'forbidden', 'deletion-limit', 'deletion-waits'),
    message: text,
    remedy: text,
    file: text,
    line: fc.nat(),
    installations: names,
  },
  { requiredKeys: ['code', 'message', 'remedy'] },
)

const value = fc.oneof(
  text,
  fc.nat(),
  fc.dictionary(text, text, { maxKeys: 3 }),
  fc.array(text, { maxLength: 3 }),
)

const place = { group: text, kind: text, namespace: text, name: text, file: text, line: fc.nat() }

const object: fc.Arbitrary<ObjectDocument> = fc.oneof(
  fc.record({
    ...place,
    action: fc.constant('patch' as const),
    changes: fc.array(fc.record({ path: text, before: value, after: value }, { requiredKeys: ['path'] }), {
      maxLength: 3,
    }),
    takenOverFrom: names,
    handedOverFrom: text,
  }),
  fc.record({
    ...place,
    action: fc.constant('create' as const),
    object: fc
      .record({
        apiVersion: text,
        kind: text,
        spec: value,
        labels: fc.dictionary(text, text, { maxKeys: 2 }),
      })
      .map(
        ({ labels, ...rest }) =>
          ({ ...rest, metadata: { name: 'x', labels } }) as unknown as KubernetesObject,
      ),
  }),
  fc.record({ ...place, action: fc.constant('delete' as const) }),
  fc.record({ ...place, action: fc.constant('blocked' as const), fault }),
)

const fold: fc.Arbitrary<Fold> = fc.record({
  installations: names,
  isButForNames: fc.boolean(),
  shown: fc.record({
    name: text,
    commit: text,
    summary: fc.constant({ create: 0, change: 0, delete: 0, blocked: 0, unchanged: 0 }),
    held: fc.array(fault, { maxLength: 1 }),
    objects: fc.array(object, { minLength: 1, maxLength: 3 }),
  }),
})

export const hostileReview: fc.Arbitrary<ClusterReview> = fc.record({
  cluster: text,
  commits: fc.record({ head: text, target: text }),
  plannedAt: text,
  installations: fc.nat(),
  acted: fc.array(
    fc.record(
      {
        name: text,
        effect: fc.constantFrom('created', 'changed', 'deleted', 'unchanged'),
        digest: text,
        refused: fc.nat(3),
      },
      { requiredKeys: ['name', 'effect', 'digest'] },
    ),
    { maxLength: 4 },
  ),
  changes: fc.array(fold, { maxLength: 3 }),
  pending: fc.array(fold, { maxLength: 2 }),
  fears: fc.array(
    fc.record(
      { kind: fc.constantFrom(...FEARS), object: text, details: text, installations: names },
      { requiredKeys: ['kind', 'details', 'installations'] },
    ),
    { maxLength: 4 },
  ),
  images: fc.array(
    fc.record(
      { image: text, before: text, after: text, installations: names },
      { requiredKeys: ['image', 'installations'] },
    ),
    { maxLength: 3 },
  ),
  onlyLabels: fc.nat(3),
  faults: fc.array(fault, { maxLength: 3 }),
  conflicts: fc.array(text, { maxLength: 2 }),
  dryRun: fc.record(
    { shown: fc.constantFrom('all', 'partial', 'none'), reason: text },
    { requiredKeys: ['shown'] },
  ),
  warnings: fc.array(fault, { maxLength: 2 }),
  digest: text,
})

export const hostileContext: fc.Arbitrary<CommentContext> = fc.record(
  {
    marker: fc.constant(MARKER),
    silent: fc.array(fc.record({ cluster: text, since: text }), { maxLength: 2 }),
    outcome: text,
    fullText: fc
      .oneof(
        text,
        text.map((path) => `https://git.example.com/${path}`),
      )
      .map((url) => () => url),
  },
  { requiredKeys: ['marker', 'silent'] },
)
