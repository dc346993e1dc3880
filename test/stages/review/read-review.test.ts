import test from 'ava'
import fc from 'fast-check'
import { load } from 'js-yaml'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../src/model/json.ts'
import { canonicalJson } from '../../../src/stages/plan/canonical-json.ts'
import { dumpYaml } from '../../../src/stages/plan/describe/dump-yaml.ts'
import type { ClusterReview } from '../../../src/stages/review/cluster-review.ts'
import { reviewComment } from '../../../src/stages/review/comment/review-comment.ts'
import { readReview } from '../../../src/stages/review/document/read-review.ts'
import { reviewDocument } from '../../../src/stages/review/document/review-document.ts'
import { hostileReview } from './hostile-reviews.ts'
import { created, HEAD, installation, patched, realisticReviews, review, TARGET } from './sample-reviews.ts'

const throughYaml = (one: ClusterReview) => readReview(load(dumpYaml(reviewDocument(one)), { maxAliases: 0 }))

test('a review is read from YAML as it was written', (t) => {
  for (const one of realisticReviews()) t.deepEqual(throughYaml(one), one)
})

test('what another cluster wrote folds with what is the same here', (t) => {
  const changes = (namespace: string) => [
    {
      installations: ['a'],
      isButForNames: false,
      shown: installation('a', [
        patched('apps/Deployment', namespace, 'web', [{ path: 'spec.replicas', before: 1, after: 2 }]),
        created('v1', 'ConfigMap', namespace, 'new', { data: { color: 'blue' } }),
      ]),
    },
  ]
  const acted = [{ name: 'a', effect: 'changed', digest: 'd' }] as const
  const here = review({ cluster: 'here', acted, changes: changes('a') })
  const there = throughYaml(review({ cluster: 'there', acted, changes: changes('a') }))
  t.truthy(there)
  const { body } = reviewComment([here, ...(there ? [there] : [])], { marker: '', silent: [] })
  t.regex(body, /^2 change alike; nothing refused\.$/m)
})

/** Of hostile texts, but of the form that a cluster writes. */
const wellFormed = hostileReview.map((one): ClusterReview => {
  const mended = toWellFormed(one as unknown as JsonObject) as unknown as ClusterReview
  return {
    ...mended,
    cluster: `c${mended.cluster.replaceAll(/\s/g, '')}`,
    commits: { head: HEAD, target: TARGET },
    plannedAt: '2026-11-30T09:15:27Z',
    digest: 'abc',
    acted: mended.acted.map((each) => ({ ...each, digest: 'd' })),
    changes: mended.changes.map(withCommit),
    pending: mended.pending.map(withCommit),
  }
})

const withCommit = (fold: ClusterReview['changes'][number]) => ({
  ...fold,
  shown: { ...fold.shown, commit: HEAD },
})

function toWellFormed(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed()
  if (isJsonArray(value)) return value.map(toWellFormed)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key.toWellFormed(), toWellFormed(child)]),
  )
}

test('whatever texts a review has, they come back', (t) => {
  fc.assert(
    fc.property(wellFormed, (one) => {
      const read = throughYaml(one)
      return read !== undefined && canonicalJson(reviewDocument(read)) === canonicalJson(reviewDocument(one))
    }),
    { numRuns: 200 },
  )
  t.pass()
})

/** Replaces the value at a random place of a document. */
function spoiled(value: JsonValue, at: number, by: JsonValue): JsonValue {
  let left = at
  const walk = (part: JsonValue): JsonValue => {
    if (left-- === 0) return by
    if (isJsonArray(part)) return part.map(walk)
    if (!isJsonObject(part)) return part
    return Object.fromEntries(Object.entries(part).map(([key, child]) => [key, walk(child)]))
  }
  return walk(value)
}

test('a document that is spoiled anywhere is refused, or read as a review that can be told', (t) => {
  const documents = realisticReviews().map(reviewDocument)
  const wrong = fc.constantFrom<JsonValue>(null, -1, 1.5, '', 'x', [], {}, true, [null], { installations: 1 })
  let refused = 0
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.nat(1_500), wrong, (document, at, by) => {
      const read = readReview(spoiled(document, at, by))
      if (read === undefined) refused++
      else reviewComment([read], { marker: '<!-- x -->', silent: [] })
    }),
    { numRuns: 500 },
  )
  t.true(refused > 200, `${refused}`)
})

const document = reviewDocument(review())

test('what is no review is refused', (t) => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'Review'],
    ['a list', [document]],
    ['another kind', { ...document, kind: 'Plan' }],
    ['another version', { ...document, apiVersion: 'reeve.dev/v2' }],
    ['a missing field', { ...document, digest: undefined }],
    ['a branch for a commit', { ...document, commits: { head: 'main', target: TARGET } }],
    ['an unknown fear', { ...document, fears: [{ kind: 'joy', details: 'x', installations: [] }] }],
    ['an unknown effect', { ...document, acted: [{ name: 'x', effect: 'moved', digest: 'd' }] }],
    ['a date', { ...document, plannedAt: new Date(0) }],
    ['a digest with a line break', { ...document, digest: 'a\nb' }],
    ['an empty cluster', { ...document, cluster: '' }],
    ['a long cluster', { ...document, cluster: 'x'.repeat(300) }],
    ['half a character', { ...document, conflicts: ['\ud800'] }],
    ['a count below zero', { ...document, onlyLabels: -1 }],
    ['a number that is none', { ...document, onlyLabels: Number.NaN }],
    ['an object with a class', { ...document, dryRun: new Map([['shown', 'all']]) }],
    [
      'a fold of no installation',
      { ...document, changes: [{ installations: [], isButForNames: false, shown: {} }] },
    ],
  ]
  for (const [title, value] of cases) t.is(readReview(value), undefined, title)
  t.not(readReview(document), undefined)
})

test('fields that are not known are dropped: a newer Reeve may write them', (t) => {
  const read = readReview({ ...document, rollout: { rings: 3 }, dryRun: { shown: 'all', more: 1 } })
  t.deepEqual(read, review())
})

test('a document cannot reach a prototype', (t) => {
  const hostile = JSON.parse(
    `${JSON.stringify(document).slice(0, -1)},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
  )
  const read = readReview(hostile)
  t.deepEqual(read, review())
  t.false('polluted' in (read ?? {}))
  t.false('polluted' in {})
  const inherited = Object.create({ digest: 'x' })
  t.is(readReview(Object.assign(inherited, { ...document, digest: undefined })), undefined)
})

test('documents that are too deep or too large are refused at once', (t) => {
  let deep: JsonValue = 1
  for (let level = 0; level < 100_000; level++) deep = [deep]
  const change = (after: JsonValue) => ({
    ...document,
    changes: [
      {
        installations: ['x'],
        isButForNames: false,
        shown: {
          name: 'x',
          commit: HEAD,
          summary: { create: 0, change: 0, delete: 0, blocked: 0, unchanged: 0 },
          objects: [{ action: 'patch', group: '', kind: 'X', name: 'x', changes: [{ path: 'a', after }] }],
        },
      },
    ],
  })
  t.not(readReview(change([1, { a: null }])), undefined)
  t.is(readReview(change(deep)), undefined)
  t.is(readReview(change(new Array(3_000_000).fill(1))), undefined)
  let bomb: JsonValue = ['x'.repeat(1_000)]
  for (let level = 0; level < 30; level++) bomb = [bomb, bomb]
  const began = performance.now()
  t.is(readReview(change(bomb)), undefined)
  t.true(performance.now() - began < 5_000)
})
