import { readFile, writeFile } from 'node:fs/promises'
import test from 'ava'
import fc from 'fast-check'
import { printable } from '../../../src/model/printable.ts'
import { foldPlans } from '../../../src/stages/plan/describe/fold-plans.ts'
import type { ClusterReview } from '../../../src/stages/review/cluster-review.ts'
import type { CommentContext } from '../../../src/stages/review/comment/comment-context.ts'
import { fullText } from '../../../src/stages/review/comment/full-text.ts'
import { reviewComment } from '../../../src/stages/review/comment/review-comment.ts'
import { reviewText } from '../../../src/stages/review/comment/review-text.ts'
import { COMMENT_BOUNDS } from '../../../src/stages/review/comment/text-bounds.ts'
import { hostileContext, hostileReview } from './hostile-reviews.ts'
import { markupIn } from './inert.ts'
import { rendered, textOf } from './rendered.ts'
import { HEAD, installation, patched, realisticReviews, review, TARGET } from './sample-reviews.ts'

const MARKER = '<!-- reeve:review -->'
const EXAMPLE = new URL('example-comment.md', import.meta.url)
const FULL_TEXT = (cluster: string) =>
  `https://git.example.com/team/fleet/src/branch/reeve/review/${cluster}/41.md`

const about = (rest: Partial<CommentContext> = {}): CommentContext => ({
  marker: MARKER,
  silent: [],
  ...rest,
})
const told = (reviews: readonly ClusterReview[], rest: Partial<CommentContext> = {}) =>
  reviewComment(reviews, about(rest))

const replicas = (name: string, after: number) =>
  installation(name, [patched('apps/Deployment', name, 'web', [{ path: 'spec.replicas', before: 1, after }])])

const acting = (names: readonly string[], rest: Partial<ClusterReview> = {}): Partial<ClusterReview> => ({
  acted: names.map((name) => ({ name, effect: 'changed', digest: 'd' })),
  ...rest,
})

test('the example comment is what a realistic review says', async (t) => {
  const { body, state, description } = told(realisticReviews(), { fullText: FULL_TEXT })
  // UPDATE_EXAMPLES=1 writes the example anew.
  if (process.env.UPDATE_EXAMPLES === '1') await writeFile(EXAMPLE, body)
  t.is(body, await readFile(EXAMPLE, 'utf8'))
  t.is(state, 'success')
  t.is(
    description,
    'Acts on 214 of 1,020 installations in 2 clusters; nothing refused; data is deleted; workloads are stopped',
  )
})

test('the verdict counts what changes alike, what else changes, what is created and what goes', (t) => {
  const [, title, sentence] = told(realisticReviews()).body.split('\n\n')
  t.is(title, '### ⚠️ Acts on 214 of 1,020 installations in 2 clusters')
  t.is(sentence, '198 change alike, 3 more change, 12 are created, 1 is deleted; nothing refused.')
})

test('fears come before everything else, the worst first', (t) => {
  const { body } = told(realisticReviews())
  const order = [
    '[!CAUTION]',
    'Data is deleted',
    'Workloads are stopped',
    '#### Images',
    'spec.replicas',
    'Pending anyway',
  ]
  const places = order.map((text) => body.indexOf(text))
  t.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  t.false(places.includes(-1))
})

test('what is the same in several clusters is told once, with the names of all', (t) => {
  const one = (cluster: string, names: readonly string[]) =>
    review({ cluster, ...acting(names, { changes: foldPlans(names.map((name) => replicas(name, 2))) }) })
  const { body } = told([one('us', ['acme']), one('eu', ['acme', 'beta'])])
  t.is(body.split('spec.replicas: 2').length - 1, 1)
  t.regex(body, /#### 3 installations, the same in each/)
  t.regex(body, /`eu\/acme`, `eu\/beta`, `us\/acme`/)
  t.regex(body, /3 change alike; nothing refused/)
})

test('with one cluster, installations have no cluster in their names', (t) => {
  const { body } = told([review(acting(['acme'], { changes: foldPlans([replicas('acme', 2)]) }))])
  t.regex(body, /#### In `acme`/)
  t.notRegex(body, /eu-prod/)
  t.regex(body, /Acts on 1 of 3 installations\n\n1 changes; nothing refused\./)
})

test('refused objects are told with the reason of the API server and what can be done', (t) => {
  const fault = { code: 'invalid-field', message: 'spec.replicas: Invalid value: "x"', remedy: 'correct it' }
  const blocked = installation('acme', [
    { action: 'blocked', group: 'apps', kind: 'Deployment', namespace: 'acme', name: 'web', fault },
  ])
  const one = review({
    changes: foldPlans([blocked]),
    acted: [{ name: 'acme', effect: 'changed', digest: 'd', refused: 1, isHeld: true }],
  })
  const { body, state, description } = told([one])
  t.regex(
    body,
    /#### Refused \(1\)\n\n\*\*`Deployment\.apps acme\/web`\*\* in `acme`: spec\.replicas: Invalid value: `?"x"`?\\\n→ correct it/,
  )
  t.is(state, 'failure')
  t.regex(description, /1 object refused/)
  t.regex(body, /1 of them stays as it is/)
})

test('a deletion that waits for permission says how to allow it in all of its installations', (t) => {
  const fault = { code: 'deletion-protected', message: 'protected', remedy: 'for one' }
  const of = (name: string) =>
    installation(name, [{ action: 'blocked', group: '', kind: 'Namespace', name: 'x', fault }])
  const { body } = told([review({ changes: foldPlans([of('acme'), of('beta')]) })])
  t.regex(body, /```text\n {2}git commit .*\n.*Reeve-Allow-Deletion: acme, beta/)
})

test('faults are told by file and line, and fail the change', (t) => {
  const fault = {
    code: 'x',
    message: 'not valid YAML',
    remedy: 'correct the syntax',
    file: 'acme/web.yaml',
    line: 3,
  }
  const { body, state } = told([review({ faults: [fault] }), review({ cluster: 'us', faults: [fault] })])
  t.is(body.split('**`acme/web.yaml:3`**: not valid YAML\\\n→ correct the syntax').length, 2)
  t.is(state, 'failure')
})

test('files in conflict are named, and nothing else is claimed', (t) => {
  const { body, state, description } = told([review({ conflicts: ['b.yaml', 'a.yaml'] })])
  t.regex(body, /### ❌ Cannot be merged: 2 files in conflict/)
  t.regex(body, /- `a\.yaml`\n- `b\.yaml`/)
  t.notRegex(body, /nothing refused/)
  t.is(state, 'failure')
  t.is(description, 'Cannot be merged: 2 files in conflict')
})

test('a silent cluster is named with the time since when, and fails the change', (t) => {
  const { body, state, description } = told([review()], {
    silent: [{ cluster: 'us-prod', since: '2026-11-30T08:00:00Z' }],
  })
  t.regex(body, /> - `us-prod` is silent since 2026-11-30 08:00 UTC/)
  t.is(state, 'failure')
  t.regex(description, /1 cluster silent/)
  t.is(told([]).state, 'failure')
})

test('a dry run that is not whole is said', (t) => {
  const { body } = told([
    review(acting(['acme'], { dryRun: { shown: 'none', reason: 'User "reeve" cannot create pods' } })),
  ])
  t.regex(body, /`eu-prod` checked none of this as a dry run: User/)
  t.notRegex(body, /nothing refused/)
})

test('a change of nothing says so', (t) => {
  const { body, state } = told([review()])
  t.regex(body, /### ✅ Changes none of 3 installations/)
  t.is(state, 'success')
})

test('what became of it is said where it is known', (t) => {
  t.regex(
    told([review()], { outcome: 'Merged: healthy in all 198 installations after 41 s' }).body,
    /\*\*Merged: healthy in all 198 installations after 41 s\*\*/,
  )
})

test('that a secret changes is told, and nothing of it', (t) => {
  const { body } = told(realisticReviews())
  t.regex(body, /- data\.password: \(secret\)\n\+ data\.password: \(secret\)/)
})

test('labels of charts are counted, whatever is pending is collapsed', (t) => {
  const { body } = told(realisticReviews())
  t.regex(body, /Besides, 600 objects change only in the labels/)
  t.regex(body, /<details><summary>Pending anyway: 1 object /)
})

test('the key is of what is told but for pending, times and the head of the target', (t) => {
  const [one, two] = realisticReviews() as [ClusterReview, ClusterReview]
  const { key } = told([one, two])
  const same: readonly (readonly ClusterReview[])[] = [
    [two, one],
    [{ ...one, pending: [] }, two],
    [{ ...one, plannedAt: '2026-12-01T00:00:00Z' }, two],
    [{ ...one, commits: { head: HEAD, target: HEAD } }, two],
  ]
  for (const each of same) t.is(told(each).key, key)
  const other: readonly (readonly ClusterReview[])[] = [
    [one],
    [{ ...one, commits: { head: TARGET, target: TARGET } }, two],
    [{ ...one, fears: [] }, two],
    [{ ...one, changes: one.changes.slice(1) }, two],
    [{ ...one, digest: 'x' }, two],
    [{ ...one, faults: [{ code: 'x', message: 'y', remedy: 'z' }] }, two],
  ]
  for (const each of other) t.not(told(each).key, key)
  t.not(told([one, two], { outcome: 'Merged' }).key, key)
  const silent = (since: string) => told([one], { silent: [{ cluster: 'us', since }] }).key
  t.is(silent('1'), silent('2'))
  t.not(silent('1'), told([one]).key)
})

test('equal reviews give equal comments, in whatever order clusters are given', (t) => {
  const [one, two] = realisticReviews() as [ClusterReview, ClusterReview]
  t.is(told([one, two]).body, told(structuredClone([two, one])).body)
})

const flat = (text: string) => printable(text).replaceAll(/\s+/g, ' ').trim()

test('nothing in a review is markup, a mention, a link or a reference, and no text of it is lost', (t) => {
  const property = fc.property(
    fc.array(hostileReview, { maxLength: 2 }),
    hostileContext,
    (reviews, context) => {
      const { body } = reviewComment(reviews, context)
      const shown = flat(textOf(rendered(body)))
      const lost = reviews.flatMap(({ faults }) =>
        faults.filter(({ message }) => !shown.includes(flat(message))),
      )
      return (
        [...markupIn(body, URL.canParse(context.fullText?.('') ?? '')), ...lost].map(String).join() === ''
      )
    },
  )
  fc.assert(property, { numRuns: 500 })
  t.pass()
})

test('the same holds for the full text, which links to nothing', (t) => {
  const property = fc.property(
    fc.array(hostileReview, { minLength: 1, maxLength: 2 }),
    hostileContext,
    (reviews, { fullText: _, ...context }) => markupIn(fullText(reviews, context)).join() === '',
  )
  fc.assert(property, { numRuns: 200 })
  t.pass()
})

/** A fleet whose installations have nothing in common. */
function randomFleet(installations: number, objects: number, length: number): ClusterReview {
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed.toString(36)
  }
  const text = () => Array.from({ length }, random).join(' ')
  const plans = Array.from({ length: installations }, (_, index) =>
    installation(
      `team-${index}`,
      Array.from({ length: objects }, (__, at) =>
        patched('/ConfigMap', `team-${index}`, `c${at}`, [
          { path: 'data.x', before: text(), after: `${text()}\n${text()}\n\`\`\`\n` },
        ]),
      ),
    ),
  )
  return review(
    acting(
      plans.map(({ name }) => name),
      { installations, changes: foldPlans(plans) },
    ),
  )
}

test('a thousand installations with fifty objects each fit, cut between objects', (t) => {
  const fleet = randomFleet(1_000, 50, 3)
  const began = performance.now()
  const { body } = told([fleet], { fullText: FULL_TEXT })
  t.log(`${Math.round(performance.now() - began)} ms, ${body.length} characters`)
  t.true(body.length <= 60_000)
  t.true(body.length > 40_000)
  t.deepEqual(markupIn(body, true), [])
  t.regex(body, /more changes \([\d,]+ objects\) left out\. \[The full text\]\(https:/)
})

test('each fold shows its first object before any shows its next', (t) => {
  const { body } = told([randomFleet(20, 50, 30)], { fullText: FULL_TEXT })
  t.true(body.length <= 60_000)
  for (let index = 0; index < 20; index++) t.true(body.includes(`ConfigMap team-${index}/c0`), `${index}`)
  t.regex(body, /more objects left out/)
})

test('a comment keeps to a smaller limit, too', (t) => {
  const fleets = [randomFleet(60, 20, 30), { ...realisticReviews()[0], cluster: 'us' } as ClusterReview]
  for (const limit of [4_000, 8_000, 20_000, 60_000]) {
    const { text } = reviewText(fleets, about({ fullText: FULL_TEXT }), { ...COMMENT_BOUNDS, limit })
    t.true(text.length <= limit, `${text.length} of ${limit}`)
    t.deepEqual(markupIn(text, true), [])
  }
})

test('the full text has all that the comment leaves out', (t) => {
  const fleet = randomFleet(100, 20, 30)
  t.regex(told([fleet]).body, /left out/)
  const text = fullText([fleet], about())
  for (let index = 0; index < 100; index++) t.true(text.includes(`ConfigMap team-${index}/c19`))
  t.notRegex(text, /left out/)
  t.true(fullText([randomFleet(200, 50, 100)], about()).length <= 3 * 1024 ** 2)
})

test('what must not be cut is told less of where there is too much', (t) => {
  const many = <T>(of: (index: number) => T) => Array.from({ length: 500 }, (_, index) => of(index))
  const long = 'x'.repeat(5_000)
  const fault = (index: number) => ({
    code: 'x',
    message: `${index} ${long}`,
    remedy: `do this:\n${`  ${long}\n`.repeat(100)}`,
    file: `${index}${long}`,
    line: 1,
  })
  const blocked = many((index) =>
    installation(`team-${index}`, [
      { action: 'blocked' as const, group: '', kind: 'X', name: long + index, fault: fault(index) },
    ]),
  )
  const { body, description } = told([
    review({
      faults: many(fault),
      conflicts: many((index) => `${index}${long}`),
      warnings: many(fault),
      fears: many((index) => ({
        kind: 'stopped' as const,
        object: long,
        details: `${index}${long}`,
        installations: [long],
      })),
      images: many((index) => ({ image: `${index}${long}`, installations: [long, long, long] })),
      changes: foldPlans(blocked),
    }),
  ])
  t.true(body.length <= 60_000, `${body.length}`)
  t.true(description.length <= 140)
  for (const title of ['Workloads are stopped', 'Faults (500)', 'Refused (500)', 'in conflict', 'and 49'])
    t.true(body.includes(title), title)
})

test('a script is compared line by line, a long line by what changes in it', (t) => {
  const json = (port: number) =>
    JSON.stringify({ list: Array.from({ length: 200 }, (_, n) => `item ${n}`), port })
  const one = installation('acme', [
    patched('/ConfigMap', 'acme', 'x', [{ path: 'data["app.json"]', before: json(80), after: json(81) }]),
  ])
  const { body } = told([review({ changes: foldPlans([one]) })])
  t.regex(body, /-….*"port":80}/)
  t.regex(body, /\+….*"port":81}/)
})

test('the sentences about a merge are sentences', (t) => {
  const outcome = 'Merged as 429644805980. Then: healthy in the installation after 0.5 s.'
  const { body } = told([review()], { outcome })
  t.true(body.includes('**Merged as `429644805980`. Then: healthy in the installation after 0.5 s.**'), body)
})

test('objects that are refused for one reason are told together', (t) => {
  const fault = { code: 'mass-deletion', message: 'more would be deleted than allowed', remedy: 'say so' }
  const blocked = (kind: string) =>
    ({ action: 'blocked', group: '', kind, namespace: 'a', name: 'shop', fault }) as const
  const objects = ['ConfigMap', 'Service'].map(blocked)
  const changes = [{ installations: ['a'], isButForNames: false, shown: installation('a', objects) }]
  const { body } = told([review({ ...acting(['a']), changes })])
  t.true(body.includes('#### Refused (2)'), body)
  t.true(body.includes('**`ConfigMap a/shop`, `Service a/shop`** in `a`: more would be deleted'), body)
  t.is(body.match(/say so/g)?.length, 1)
})

test('a comment tells what a change means for rollouts, and is not edited where only times differ', (t) => {
  const rolloutChanges = ['production is frozen until 2027-01-02 00:00 UTC: @everyone <img>']
  const at = (time: string) =>
    review({ rolloutChanges, forecast: [`production: 20 members, earliest end ${time}`] })
  const { body, key } = reviewComment([at('2026-12-01 14:00 UTC')], about())
  t.regex(body, /#### Rollout\n\n- production is frozen until .*\n- production: 20 members, earliest end/)
  t.regex(body, /: `@everyone <img>`/)
  t.is(reviewComment([at('2026-12-01 15:00 UTC')], about()).key, key)
  t.not(reviewComment([review({ rolloutChanges: ['a is paused'] })], about()).key, key)
})

test('a comment about many rollouts stays within its limits', (t) => {
  const many = Array.from({ length: 100 }, (_, index) => `group-${index} is frozen: ${'x'.repeat(5_000)}`)
  const { body } = reviewComment([review({ rolloutChanges: many, forecast: many })], about())
  t.true(body.length < 60_000)
  t.regex(body, /And 185 more\./)
})
