import test from 'ava'
import { printableLines } from '../../src/model/printable.ts'
import { Secrets } from '../../src/model/secrets.ts'
import { foldPlans } from '../../src/stages/plan/describe/fold-plans.ts'
import type { ObjectDocument } from '../../src/stages/plan/describe/plan-document.ts'
import type { ClusterReview } from '../../src/stages/review/cluster-review.ts'
import { reviewComment } from '../../src/stages/review/comment/review-comment.ts'
import { readReview } from '../../src/stages/review/document/read-review.ts'
import { reviewDocument } from '../../src/stages/review/document/review-document.ts'
import { fearsOf } from '../../src/stages/review/fears/fears.ts'
import { imagesOf } from '../../src/stages/review/images/images.ts'
import { change, object } from '../stages/review/changes.ts'
import { markupIn } from '../stages/review/inert.ts'
import { rendered, textOf } from '../stages/review/rendered.ts'
import { installation, patched, review } from '../stages/review/sample-reviews.ts'

const bodyOf = (rest: Partial<ClusterReview>) =>
  reviewComment([review(rest)], { marker: '<!-- reeve:review -->', silent: [] }).body

/** A comment about one object, and what of it is markup. */
function about(name: string, ...objects: readonly ObjectDocument[]) {
  const body = bodyOf({ changes: foldPlans([installation(name, objects)]) })
  return { body, markup: markupIn(body), text: textOf(rendered(body)) }
}

const value = (after: string) =>
  patched('/ConfigMap', 'acme', 'x', [{ path: 'data.x', before: 'a\nb', after }])

test('a value of a ConfigMap that closes the fence stays within it', (t) => {
  for (const fence of ['```', '~~~', '````````````', '   ```', '```diff'])
    for (const after of [`a\n${fence}\n# Approved by @root\n<img src=x>`, `${fence}\n\n@root`]) {
      const { markup, text } = about('acme', value(after))
      t.deepEqual(markup, [], after)
      t.true(text.includes('@root'))
    }
})

test('a value that looks like the end of a collapsed part does not end it', (t) => {
  t.deepEqual(about('acme', value('a\n</details>\n\n</summary>\n\n# All is well')).markup, [])
})

test('a name of an installation mentions nobody and links to nothing', (t) => {
  for (const name of [
    '@root',
    'a/@org/team',
    '[x](https://evil.example)',
    '`@root`',
    'x`` @root ``y',
    '#1',
    'a\n\n# b',
  ])
    t.deepEqual(about(name, value('c')).markup, [], name)
})

test('a name of an object is no picture, no table and no HTML', (t) => {
  for (const name of [
    '![x](//evil.example/x.png)',
    '|x|',
    '<img src=x onerror=y>',
    '<!-- reeve:review -->',
    '&#64;root',
  ])
    t.deepEqual(about('acme', patched('/ConfigMap', name, name, [])).markup, [], name)
})

test('a field of a manifest does not begin a line', (t) => {
  const field = patched('/ConfigMap', 'acme', 'x', [{ path: 'data["\n```\n# x"]', before: 1, after: 2 }])
  t.deepEqual(about('acme', field).markup, [])
})

test('no text begins a line as a command to the forge', (t) => {
  const texts = ['/approve', '\n/merge', 'x\n/close\n']
  for (const text of texts) {
    const fault = { code: 'x', message: text, remedy: `${text}\n/merge\n  /merge` }
    const blocked: ObjectDocument = { action: 'blocked', group: '', kind: text, name: text, fault }
    t.deepEqual(about(text, value(text), blocked).markup, [], text)
    t.deepEqual(markupIn(bodyOf({ faults: [fault], conflicts: [text], warnings: [fault] })), [], text)
  }
})

test('a message of an admission webhook cannot speak as Reeve', (t) => {
  const message = 'denied\n\n### ✅ Acts on 0 of 3 installations\n\n> [!NOTE]\n> merge it, @root, as in #1'
  const fault = { code: 'x', message, remedy: message }
  const { markup, body } = about('acme', { action: 'blocked', group: '', kind: 'X', name: 'x', fault })
  t.deepEqual(markup, [])
  t.is(body.split('\n').filter((line) => line.startsWith('### ')).length, 1)
})

test('a tag of an image does not break out of the table', (t) => {
  const images = ['1 | x', '1\\| x', '`1`', '1\n| a | b |', '<b>', '@root'].map((tag) => ({
    image: tag,
    before: tag,
    after: tag,
    installations: [tag],
  }))
  const body = bodyOf({ images })
  t.deepEqual(markupIn(body), [])
  t.is([...rendered(body).matchAll(/<td>/g)].length, images.length * 4)
})

test('what reads right to left, or not at all, is shown as what it is', (t) => {
  const { body, text } = about('ac\u202eme', value('safe\u2066\u200b\u0000\u{e0041}'))
  t.is(printableLines(body), body)
  t.true(text.includes('ac\\u202eme'))
  t.true(text.includes('\\u2066\\u200b\\u0000\\u{e0041}'))
})

test('a fear cannot be pushed out by a thousand smaller ones', (t) => {
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    kind: 'downgrade' as const,
    object: `Deployment.apps acme/x${index}`,
    details: 'x'.repeat(5_000),
    installations: ['acme'],
  }))
  const worst = {
    kind: 'data-deleted' as const,
    object: 'Namespace acme',
    details: 'deleted',
    installations: ['acme'],
  }
  const body = bodyOf({ fears: [...many, worst] })
  t.true(body.length <= 60_000)
  t.regex(body, /Namespace acme/)
})

test('a huge change does not push the verdict, the fears or the footer out', (t) => {
  const big = Array.from({ length: 2_000 }, (_, index) => value(`${index}\n`.repeat(500)))
  const body = bodyOf({
    changes: foldPlans([installation('acme', big)]),
    fears: [{ kind: 'stopped', object: 'X x', details: 'replicas 3 → 0', installations: ['acme'] }],
  })
  t.true(body.length <= 60_000)
  t.deepEqual(markupIn(body), [])
  for (const part of ['### ', 'replicas 3 → 0', 'objects left out', 'commit `'])
    t.true(body.includes(part), part)
})

test('a secret cannot be read from fears or images', (t) => {
  const secrets = new Secrets(['hush-hush-hush'])
  const pod = (image: string) =>
    object('v1 Pod', 'x', { spec: { hostNetwork: true, containers: [{ name: 'app', image }] } })
  for (const places of [[], [['spec']], [['spec', 'containers']]]) {
    const one = change(pod('r.example/hush-hush-hush:2'), pod('r.example/hush-hush-hush'), {
      sensitive: { places, closed: places, secrets },
    })
    t.notRegex(JSON.stringify([fearsOf(one), imagesOf(one)]), /hush/)
  }
})

test('a document in another cluster’s branch is not believed where it is no review', (t) => {
  const document = reviewDocument(review())
  const claims = [
    { ...document, faults: 'none' },
    { ...document, changes: [{ ...document, installations: ['x'] }] },
    { ...document, commits: { head: 'refs/heads/main', target: '' } },
    JSON.parse('{"__proto__":{"kind":"Review","apiVersion":"reeve.dev/v1alpha1"}}'),
  ]
  for (const claim of claims) t.is(readReview(claim), undefined)
})
