import test from 'ava'
import fc from 'fast-check'
import {
  type Move,
  ReviewedPlans,
  type ReviewedPlansOptions,
} from '../../../src/control/reviewed/reviewed-plans.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { NO_RULES } from '../../../src/model/rules.ts'
import { Secret } from '../../../src/model/secret.ts'
import type { VouchedCommit } from '../../../src/model/snapshot.ts'
import { Sealer } from '../../../src/stages/plan/sealer.ts'
import type { ClusterReview } from '../../../src/stages/review/cluster-review.ts'
import { allowanceOf } from '../../../src/stages/review/reviewed/allowance-of.ts'
import { withMerge } from '../../../src/stages/review/reviewed/sealed-merge.ts'
import { review } from '../../stages/review/sample-reviews.ts'

const sealer = new Sealer(new Secret(Buffer.alloc(32, 7).toString('base64')))
const stranger = new Sealer(new Secret(Buffer.alloc(32, 8).toString('base64')))
const repository = 'fleet'
const cluster = 'eu-prod'

/** An installation in one of its states; undefined: it is not declared. */
function at(state: string | undefined, name = 'acme'): Installation | undefined {
  if (state === undefined) return undefined
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { state } }
  const origin = { file: `${name}/map.yaml`, line: 1, document: 0, pointer: '' }
  return {
    name,
    id: name,
    source: state,
    objects: [{ object, origin }],
    dependsOn: [],
    rules: NO_RULES,
    faults: [],
  }
}

/** The id of the commit at a place in the history. */
const oid = (index: number) => index.toString(16).padStart(40, '0')

interface Reviewed {
  readonly change: string
  readonly head: string
  readonly from: string | undefined
  readonly to: string | undefined
  /** Place in the history of its merge; absent: it is open. */
  readonly mergedAt?: number
  readonly by?: Sealer
}

function reviewed({ change, head, from, to, mergedAt, by = sealer }: Reviewed): ClusterReview {
  const commits = { head, target: oid(0) }
  const touched = [{ name: 'acme', before: at(from), after: at(to), refused: [], changes: [], pending: [] }]
  const digest = (text: string) => by.digest(text)
  const allows = allowanceOf({ repository, cluster, change, commits, touched, digest })
  const planned = review({ cluster, commits, allows })
  return mergedAt === undefined
    ? planned
    : withMerge(planned, oid(mergedAt), { sealer: by, repository, change })
}

function plansOf(
  reviews: ReadonlyMap<string, ClusterReview>,
  rest: Partial<ReviewedPlansOptions> = {},
): ReviewedPlans {
  return new ReviewedPlans({
    repository,
    cluster,
    rule: { requireReviewedPlan: true },
    namespace: 'default',
    sealer: () => sealer,
    reviews: async () => reviews,
    ancestry: { has: async (head, commit) => commit !== '' && commit <= head },
    commits: async () => [],
    installationAt: async () => undefined,
    ...rest,
  })
}

const move = (from: string | undefined, to: string | undefined, rest: Partial<Move> = {}): Move => ({
  name: 'acme',
  from: at(from),
  since: oid(1),
  to: at(to),
  head: oid(9),
  ...rest,
})

const blue = { change: '12', head: oid(3), from: 'grey', to: 'blue', mergedAt: 4 }

test('a merged review lets go what it is about, and nothing else', async (t) => {
  const plans = plansOf(new Map([['12', reviewed(blue)]]))
  t.deepEqual(await plans.check(move('grey', 'blue')), [])
  t.deepEqual(await plans.check(move('blue', 'blue')), [], 'the same')
  const [other] = await plans.check(move('grey', 'red'))
  t.is(other?.code, 'not-reviewed')
  t.regex(other?.message ?? '', /its reviews were for something else; its digest is [\w-]{22}$/)
  t.deepEqual([...plans.held], ['acme'])
  t.like(await plans.check(move(undefined, 'blue')), [{ code: 'not-reviewed' }], 'another start')
  t.like(await plans.check(move('grey', undefined)), [{ code: 'not-reviewed' }], 'removed')
  t.like(await plans.check(move('grey', 'blue', { from: 'unknown' })), [{ code: 'not-reviewed' }])
})

test('a review of a change that is not merged lets nothing go, and says what is waited for', async (t) => {
  const { mergedAt: _, ...open } = blue
  const plans = plansOf(new Map([['12', reviewed(open)]]))
  t.like(await plans.check(move('grey', 'blue')), [{ code: 'review-not-merged' }])
  t.like(await plans.check(move('grey', 'red')), [{ code: 'not-reviewed' }])
})

test('a review of a merge that the applied commit has, or that the head lacks, lets nothing go', async (t) => {
  const plans = plansOf(new Map([['12', reviewed(blue)]]))
  t.like(await plans.check(move('grey', 'blue', { since: oid(4) })), [{ code: 'not-reviewed' }])
  t.like(await plans.check(move('grey', 'blue', { head: oid(3) })), [{ code: 'not-reviewed' }])
})

test('what Reeve did not seal as it is lets nothing go', async (t) => {
  const real = reviewed(blue)
  const red = reviewed({ change: '13', head: oid(5), from: 'grey', to: 'red' })
  const forged: readonly (readonly [title: string, change: string, found: ClusterReview])[] = [
    ['by another key', '13', reviewed({ ...blue, to: 'red', by: stranger })],
    ['the merge of another change', '13', { ...red, ...(real.merged && { merged: real.merged }) }],
    ['other transitions', '12', { ...real, ...(red.allows && { allows: red.allows }) }],
    ['another commit', '12', { ...real, merged: { commit: oid(5), seal: real.merged?.seal ?? '' } }],
    ['another head', '12', { ...real, commits: { ...real.commits, head: oid(6) } }],
    ['under another name', '14', real],
    ['no seal', '12', { ...real, merged: { commit: oid(4), seal: '' } }],
  ]
  for (const [title, change, found] of forged) {
    const plans = plansOf(new Map([[change, found]]))
    for (const to of ['red', 'blue']) {
      const [fault] = await plans.check(move('grey', to))
      t.truthy(fault, `${title}: ${to}`)
    }
  }
})

test('only what Reeve planned for the change becomes merged', (t) => {
  const open = reviewed({ change: '13', head: oid(5), from: 'grey', to: 'red' })
  const options = { sealer, repository, change: '13' }
  t.truthy(withMerge(open, oid(6), options).merged)
  t.is(withMerge(open, oid(6), { ...options, change: '12' }).merged, undefined, 'the plan of another change')
  const moved = { ...open, commits: { ...open.commits, head: oid(7) } }
  t.is(withMerge(moved, oid(6), options).merged, undefined, 'the plan of an earlier commit')
})

test('a digest is accepted by commits that count, and lets go that transition alone', async (t) => {
  const [fault] = await plansOf(new Map()).check(move('grey', 'red'))
  const digest = /digest is ([\w-]+)/.exec(fault?.message ?? '')?.[1]
  const commit = (isVouched: boolean): VouchedCommit => ({
    oid: oid(9),
    message: `Accept\n\nReeve-Accept-Plan: AAAA, ${digest}\n`,
    parents: [],
    committer: '',
    time: 0,
    isVouched,
  })
  const accepting = (isVouched: boolean) => plansOf(new Map(), { commits: async () => [commit(isVouched)] })
  t.deepEqual(await accepting(true).check(move('grey', 'red')), [])
  t.like(await accepting(false).check(move('grey', 'red')), [{ code: 'not-reviewed' }], 'not signed')
  t.like(await accepting(true).check(move('blue', 'red')), [{ code: 'not-reviewed' }])
  const other = { ...move('grey', 'red'), name: 'beta', from: at('grey', 'beta'), to: at('red', 'beta') }
  t.like(await accepting(true).check(other), [{ code: 'not-reviewed' }])
})

test('direct pushes are held or let go as the configuration says', async (t) => {
  const rule = (directPush: ReviewedPlansOptions['rule']['directPush']) => ({
    rule: { requireReviewedPlan: true as const, ...(directPush && { directPush }) },
  })
  const checks = async (directPush: ReviewedPlansOptions['rule']['directPush'], reviews = new Map()) =>
    (await plansOf(reviews, rule(directPush)).check(move('grey', 'red'))).length === 0
  t.false(await checks(undefined))
  t.true(await checks('allow'))
  t.false(await checks('allow', new Map([['12', reviewed(blue)]])), 'a review is about it')
  t.false(await checks({ kinds: ['Config*'], namespaces: [] }))
  t.true(await checks({ kinds: ['Secret'], namespaces: ['payments'] }))
})

test('what declares no objects needs no review as long as nothing of it is applied', async (t) => {
  const empty = { ...(at('grey') as Installation), objects: [] }
  t.deepEqual(await plansOf(new Map()).check({ ...move(undefined, 'grey'), to: empty }), [])
  t.like((await plansOf(new Map()).check({ ...move('grey', 'grey'), to: empty }))[0], {
    code: 'not-reviewed',
  })
})

test('without a key nothing is let go', async (t) => {
  const plans = plansOf(new Map([['12', reviewed(blue)]]), { sealer: () => undefined })
  t.like(await plans.check(move('grey', 'blue')), [{ code: 'not-reviewed' }])
})

type State = string | undefined
type Edge = readonly [from: State, to: State]

/** One commit of a history: what it declares, and whether a review is about that. */
interface Step {
  readonly state: State
  readonly review: 'none' | 'open' | 'merged' | 'of another'
  /** Whether Reeve looks at this commit, or sees it only as part of a later one. */
  readonly isSeen: boolean
}

/** The review that comes with a commit, of what it declares or of something else. */
function reviewOfStep({ state, review: kind }: Step, place: number, from: State) {
  const to = kind === 'of another' ? 'e' : state
  if (kind === 'none' || to === from) return undefined
  const isMerged = kind !== 'open'
  const change = `proposal/${place}`
  const document = reviewed({ change, head: oid(place), from, to, ...(isMerged && { mergedAt: place }) })
  return { change, document, edge: isMerged ? ([from, to] as const) : undefined }
}

function isLedTo(from: State, to: State, edges: readonly Edge[]): boolean {
  let reached: ReadonlySet<State> = new Set([from])
  for (const _ of edges)
    reached = new Set([...reached, ...edges.filter(([a]) => reached.has(a)).map(([, b]) => b)])
  return reached.has(to)
}

function wrongWith(isHeld: boolean, isClean: boolean, isLed: boolean): string | undefined {
  if (isHeld) return isClean ? 'held although all was reviewed' : undefined
  return isLed ? undefined : 'let go although nothing leads there'
}

/** Follows a history as Reeve does; gives what is wrong with where it gets. */
async function follow(steps: readonly Step[]): Promise<string | undefined> {
  const reviews = new Map<string, ClusterReview>()
  const edges: Edge[] = []
  let [applied, since, declared]: [State, number, State] = ['a', 0, 'a']
  let isClean = true
  for (const [index, step] of steps.entries()) {
    const place = index + 1
    const found = reviewOfStep(step, place, declared)
    if (found) reviews.set(found.change, found.document)
    if (found?.edge) edges.push(found.edge)
    isClean &&= step.review === 'merged' || step.state === declared
    declared = step.state
    if (!step.isSeen) continue
    const asked = move(applied, declared, { since: oid(since), head: oid(place) })
    const isHeld = (await plansOf(reviews).check(asked)).length > 0
    const wrong = wrongWith(isHeld, isClean, isLedTo(applied, declared, edges))
    if (wrong !== undefined) return `${wrong} at ${place}`
    if (!isHeld && applied !== declared) [applied, since] = [declared, place]
  }
  return undefined
}

test('over random histories an installation gets only where merged reviews lead, and there it gets', async (t) => {
  const state = fc.constantFrom('a', 'b', 'c', 'd', undefined)
  const kind = fc.constantFrom<Step['review'][]>('none', 'open', 'merged', 'merged', 'merged', 'of another')
  const history = fc.array(fc.record({ state, review: kind, isSeen: fc.boolean() }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(history, async (steps) => (await follow(steps)) === undefined),
    { numRuns: 300 },
  )
  t.pass()
})
