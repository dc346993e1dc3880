import { PlanSession } from '../../../src/control/planner/plan-session.ts'
import type { Proposal } from '../../../src/control/review/proposals.ts'
import { reviewOf } from '../../../src/control/review/review-of.ts'
import { ReviewPlanner } from '../../../src/control/review/review-planner.ts'
import { Reviewer } from '../../../src/control/review/reviewer.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { configMap } from '../../helpers/manifests.ts'
import { planningFor } from '../../helpers/planning.ts'
import { proposeBranch } from '../../helpers/propose-branch.ts'

const test = controlPlaneTest()

test('a target that moves has only those changes planned again that it is about', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'moving' })
  const names = ['one', 'two', 'three', 'four']
  const map = (name: string, color: string, key = 'color') => ({
    [`${name}/${key}.yaml`]: configMap('default', `moving-${name}-${key}`, { [key]: color }),
  })
  await fleet.push(Object.assign({}, ...names.map((name) => map(name, 'grey'))))
  const proposals = await proposed(['one', 'two', 'three'])
  const options = await planningFor(t, fleet)
  await using session = await PlanSession.open(options)
  let planning = await session.read()
  await planning.view.watchOwned()
  const { settings, log } = options
  await using planner = new ReviewPlanner({
    ...session.shared,
    settings,
    records: () => planning.records.values(),
    record: (name) => planning.records.get(name),
    known: (name) => planning.declared.members.get(name),
    settled: undefined,
    log,
  })
  let planned: string[] = []
  const shown = new Map<string, string>()
  await using reviewer = new Reviewer({
    fleet: () => planning.fleet,
    plan: async (proposal, target, known, signal) => {
      const plan = await planner.plan(proposal, target, known, signal)
      if (plan) planned.push(proposal.name)
      return plan
    },
    review: (proposal, target, plan) =>
      reviewOf({
        repository: 'moving',
        cluster: 'moving',
        change: proposal.name,
        head: proposal.head,
        target,
        plan,
        sealer: undefined,
      }),
    isReviewed: () => false,
    publish: async ({ name }, review) => void shown.set(name, JSON.stringify(review.changes)),
    inTarget: () => {},
    end: async () => {},
    log,
  })
  const plannedAfter = async (files: Record<string, string>) => {
    planned = []
    await fleet.push(files)
    planning = await session.read()
    const before = fleet.git.requests.length
    reviewer.noteTarget()
    await reviewer.idle()
    t.is(fleet.git.requests.length, before, 'nothing is fetched')
    return planned
  }
  reviewer.take(proposals)
  await reviewer.idle()
  t.deepEqual(planned, ['one', 'two', 'three'])

  t.deepEqual(await plannedAfter(map('four', 'white')), [])
  t.deepEqual(await plannedAfter(map('two', 'new', 'size')), ['two'])
  t.regex(shown.get('two') ?? '', /blue/)
  t.deepEqual(
    await plannedAfter({ 'four/stolen.yaml': configMap('default', 'moving-one-color', { color: 'x' }) }),
    ['one'],
    'another installation claims the object',
  )
  t.true((await plannedAfter(map('three', 'white'))).includes('three'), 'files in conflict')

  function proposed(changed: readonly string[]): Promise<readonly Proposal[]> {
    return changed.reduce<Promise<readonly Proposal[]>>(async (before, name) => {
      const others = await before
      const head = await proposeBranch(fleet.work, name, map(name, 'blue'))
      return [...others, { name, head, ref: `refs/heads/${name}`, isFork: false }]
    }, Promise.resolve([]))
  }
})
