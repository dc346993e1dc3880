import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { ChangePlan } from '../../../src/control/review/change-plan.ts'
import type { Proposal } from '../../../src/control/review/proposals.ts'
import { Reviewer, type ReviewerOptions } from '../../../src/control/review/reviewer.ts'
import { type Fault, FaultError, fault } from '../../../src/model/fault.ts'
import { createLog } from '../../../src/support/telemetry/log.ts'
import { declareFiles } from '../../helpers/declare-files.ts'
import { until } from '../../helpers/until.ts'

const NOTHING: ChangePlan = {
  merge: undefined,
  isInTarget: false,
  installations: 0,
  touched: [],
  dryRun: { shown: 'all' },
}

function proposal(name: string, head = name): Proposal {
  return { name, head, ref: `refs/heads/${name}`, isFork: false }
}

/** A reviewer whose answers are kept by name: the code of a fault, or `planned`. */
async function reviewerWith(t: ExecutionContext, plan: ReviewerOptions['plan']) {
  let fleet = await declareFiles({})
  const answers = new Map<string, string>()
  const order: string[] = []
  const log = await createLog({ level: 'silent', format: 'json' })
  let told: ChangePlan | Fault = NOTHING
  const reviewer = new Reviewer({
    fleet: () => fleet,
    plan,
    review: (_, __, found) => {
      told = found
      return {} as ReturnType<ReviewerOptions['review']>
    },
    isReviewed: () => false,
    publish: async ({ name }) => {
      order.push(name)
      answers.set(name, 'code' in told ? told.code : 'planned')
    },
    inTarget: () => {},
    end: async () => {},
    log,
  })
  t.teardown(() => reviewer[Symbol.asyncDispose]())
  const moveTarget = () => {
    fleet = { ...fleet, commit: { ...fleet.commit, oid: `${fleet.commit.oid}0` } }
    reviewer.noteTarget()
  }
  return { reviewer, answers, order, moveTarget }
}

test('more changes than are planned are answered without a plan, and planned when there is room', async (t) => {
  let plans = 0
  const { reviewer, answers } = await reviewerWith(t, async () => {
    plans++
    return NOTHING
  })
  const all = Array.from({ length: 600 }, (_, index) => proposal(`${index}`))
  reviewer.take(all)
  await reviewer.idle()
  t.is(plans, 500)
  t.is(answers.size, 600)
  t.is(answers.get('499'), 'planned')
  t.is(answers.get('500'), 'review-too-many')
  reviewer.take(all.slice(1))
  await reviewer.idle()
  t.is(answers.get('500'), 'planned')
  t.is(answers.get('501'), 'review-too-many')
  t.is(plans, 501)
})

test('a change that cannot be fetched is answered all the same, and planned once it can be', async (t) => {
  let isThere = false
  const { reviewer, answers } = await reviewerWith(t, async () => {
    if (isThere) return NOTHING
    throw new FaultError(fault('git-unreachable', 'the server breaks off'))
  })
  reviewer.take([proposal('broken')])
  await until('an answer', () => answers.get('broken'))
  t.is(answers.get('broken'), 'git-unreachable')
  isThere = true
  reviewer.take([proposal('broken', 'moved')])
  await until('a plan', () => answers.get('broken') === 'planned')
})

test('what was planned before stays while a server is away', async (t) => {
  let attempts = 0
  const { reviewer, answers, moveTarget } = await reviewerWith(t, async () => {
    attempts++
    if (attempts === 1) return NOTHING
    throw new FaultError(fault('git-unreachable', 'away'))
  })
  reviewer.take([proposal('a')])
  await reviewer.idle()
  moveTarget()
  await until('some attempts', () => attempts > 4)
  await reviewer.idle()
  t.is(answers.get('a'), 'planned')
})

test('a change that takes long to plan lets others go first', async (t) => {
  const { reviewer, order, moveTarget } = await reviewerWith(t, async ({ name }) => {
    if (name === 'slow') await sleep(200)
    return NOTHING
  })
  reviewer.take(['slow', '1', '2', '3'].map((name) => proposal(name)))
  await reviewer.idle()
  t.deepEqual(order, ['slow', '1', '2', '3'])
  moveTarget()
  await reviewer.idle()
  t.is(order.length, 8)
  t.is(order.at(-1), 'slow')
})

test('a change that is too large is told at once', async (t) => {
  const { reviewer, answers } = await reviewerWith(t, async () => {
    throw new FaultError(fault('review-too-large', 'it acts on too many objects'))
  })
  reviewer.take([proposal('large')])
  await reviewer.idle()
  t.is(answers.get('large'), 'review-too-large')
})

test('a change whose plan failed is tried again in its time, however often it is seen meanwhile', async (t) => {
  let attempts = 0
  const { reviewer } = await reviewerWith(t, async () => {
    attempts++
    throw new FaultError(fault('git-unreachable', 'away'))
  })
  for (let poll = 0; poll < 5; poll++) {
    reviewer.take([proposal('failing')])
    await reviewer.idle()
  }
  t.is(attempts, 1)
  reviewer.take([proposal('failing', 'moved')])
  await reviewer.idle()
  t.is(attempts, 2)
})

test('a change that nobody was told of goes before those that are planned again', async (t) => {
  const { reviewer, order, moveTarget } = await reviewerWith(t, async () => NOTHING)
  reviewer.take(['1', '2', '3'].map((name) => proposal(name)))
  await reviewer.idle()
  moveTarget()
  reviewer.takeOne(proposal('3', 'moved'))
  reviewer.takeOne(proposal('new'))
  await reviewer.idle()
  t.deepEqual(order.slice(3, 5), ['3', 'new'])
  t.deepEqual(order.slice(5).toSorted(), ['1', '2'])
})
