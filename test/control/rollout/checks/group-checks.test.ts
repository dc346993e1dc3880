import type { RequestListener } from 'node:http'
import test from 'ava'
import type { CheckedMember } from '../../../../src/control/rollout/checks/group-to-check.ts'
import { serve } from '../../../helpers/serve.ts'
import { until } from '../../../helpers/until.ts'
import { check, HOUR, MINUTE, Scene, START } from './scene.ts'

/** Members of which a test says whether one has failed. */
class Fleet {
  hasFailed = false
  looks = 0

  readonly members = (): readonly CheckedMember[] => {
    this.looks += 1
    return [{ name: 'acme', state: this.hasFailed ? 'failed' : 'healthy', labels: {} }]
  }
}

test('a revision is proven once its checks pass, and again when the soak ends', async (t) => {
  const scene = new Scene(t, { checks: [check()], members: new Fleet().members })
  t.true(scene.state.isChecking, 'nothing is proven before anything is known')
  scene.decide()
  await scene.reach('passing')
  t.false(scene.state.isChecking)
  t.deepEqual(scene.news, ['canary'])
  scene.now += HOUR
  t.true(scene.state.isChecking, 'the last look is due')
  scene.decide()
  await scene.reach('passed')
  t.deepEqual(scene.state, {
    isChecking: false,
    checks: [{ name: 'errors', state: 'passed', isPending: false }],
  })
  t.deepEqual(scene.news, ['canary', 'canary'])
})

test('a check that fails during the soak fails the revision, until there is another one', async (t) => {
  const fleet = new Fleet()
  const scene = new Scene(t, { checks: [check()], members: fleet.members })
  scene.decide()
  await scene.reach('passing')
  fleet.hasFailed = true
  scene.decide({}, MINUTE)
  await scene.reach('failed')
  const reason = 'the expression does not hold; of 1 members: 0 healthy, 0 progressing, 1 failed'
  t.like(scene.state.failedCheck, { name: 'errors', reason })
  t.false(scene.state.isChecking)
  fleet.hasFailed = false
  scene.decide({ wellSince: undefined }, MINUTE)
  scene.decide({ wellSince: scene.now }, MINUTE)
  t.is(scene.state.failedCheck?.reason, reason, 'it stays, whatever the members do')
  scene.decide({ digest: 'd2', wellSince: undefined })
  t.is(scene.state.failedCheck, undefined)
  t.true(scene.state.isChecking)
  scene.decide({ wellSince: scene.now })
  await scene.reach('passing')
})

test('a check that is changed begins anew', async (t) => {
  const scene = new Scene(t, {
    checks: [check({ question: { kind: 'cel', expression: 'false' } }), check({ name: 'other' })],
  })
  scene.decide()
  await scene.reach('failed', 'passing')
  scene.decide({ checks: [check(), check({ name: 'other' })] })
  t.is(scene.state.failedCheck, undefined)
  await scene.reach('passing', 'passing')
})

test('looks of an earlier time of being well count no more', async (t) => {
  const fleet = new Fleet()
  fleet.hasFailed = true
  const scene = new Scene(t, { checks: [check({ failures: 2 })], members: fleet.members, longestSoak: 0 })
  const once = () => until('a failed look', () => scene.state.checks[0]?.reason?.startsWith('failed once'))
  scene.decide({ wellSince: undefined })
  t.is(scene.state.checks[0]?.reason, 'its members are not all healthy yet')
  scene.decide({ wellSince: START })
  await once()
  scene.decide({ wellSince: undefined })
  t.true(scene.state.isChecking)
  scene.decide({ wellSince: scene.now }, MINUTE)
  await until('another look', () => fleet.looks === 2)
  await once()
  scene.decide({}, MINUTE)
  await scene.reach('failed')
})

test('a look waits for its time, also where the clock is set back', async (t) => {
  const times: number[] = []
  const scene = new Scene(t, {
    checks: [check()],
    longestSoak: 0,
    members: () => {
      times.push(scene.now)
      return []
    },
  })
  scene.decide({ wellSince: START + 30 })
  scene.now -= 1_000
  const other = new Scene(t, { checks: [check()], wellSince: START + 60 })
  other.decide()
  other.now += 60
  await other.reach('passing')
  scene.decide({}, 1_030)
  await scene.reach('passed')
  t.deepEqual(times, [START + 30])
})

test('an answer about what the group was at before is no news', async (t) => {
  const answers: (() => void)[] = []
  const url = await serve(t, (_, response) => void answers.push(() => response.end()))
  const http = check({ question: { kind: 'http', url, status: 200 } })
  const scene = new Scene(t, { checks: [http], longestSoak: 0 }, { addresses: [url] })
  scene.decide()
  await until('a question', () => answers.length === 1)
  scene.decide({ digest: 'd2', wellSince: undefined })
  answers[0]?.()
  scene.decide({ wellSince: scene.now }, 1)
  await until('another question', () => answers.length === 2)
  t.deepEqual(scene.news, [])
  answers[1]?.()
  await scene.reach('passed')
  t.deepEqual(scene.news, ['canary'])
  t.true(scene.checks.state({ ...scene.group, digest: 'd3' }).isChecking)
})

test('an answer that comes when the members are no longer well does not count', async (t) => {
  const answers: (() => void)[] = []
  const url = await serve(t, (_, response) => void answers.push(() => response.end()))
  const http = check({ question: { kind: 'http', url, status: 200 } })
  const scene = new Scene(t, { checks: [http], longestSoak: 0 }, { addresses: [url] })
  scene.decide()
  await until('a question', () => answers.length === 1)
  scene.decide({ wellSince: START + 1 }, 1)
  answers[0]?.()
  await until('another question', () => answers.length === 2)
  t.is(scene.state.checks[0]?.state, 'waiting')
  answers[1]?.()
  await scene.reach('passed')
})

test('after a restart looks begin anew, and prove nothing earlier', async (t) => {
  const before = new Scene(t, { checks: [check()], members: new Fleet().members })
  before.decide()
  await before.reach('passing')
  const after = new Scene(t, before.group)
  after.now += HOUR / 2
  t.true(after.state.isChecking)
  after.decide()
  await after.reach('passing')
  after.decide({}, HOUR)
  await after.reach('passed')
})

test('a check that failed stays failed after a restart, until it says something else', async (t) => {
  const fleet = new Fleet()
  fleet.hasFailed = true
  const before = new Scene(t, { checks: [check()], members: fleet.members })
  before.decide()
  await before.reach('failed')
  fleet.hasFailed = false
  const failed = before.state.failedCheck
  const after = new Scene(t, { ...before.group, failed })
  t.deepEqual(after.state.failedCheck, failed, 'before anything is noted')
  after.decide()
  t.deepEqual(after.state.failedCheck, failed)
  after.decide({ checks: [check({ every: 2 * MINUTE })] })
  await after.reach('passing')
  t.is(after.state.failedCheck, undefined)
})

test('a time before the first look is waited for', async (t) => {
  const scene = new Scene(t, { checks: [check({ after: 5 * MINUTE })] })
  scene.decide({}, 5 * MINUTE - 1)
  t.is(scene.state.checks[0]?.reason, 'not looked at yet')
  t.true(scene.state.isChecking)
  scene.decide({}, 1)
  await scene.reach('passing')
})

test('a server that is not allowed is not asked, and no onNoData passes that', async (t) => {
  let asked = 0
  const url = await serve(t, (_, response) => {
    asked += 1
    response.end()
  })
  const http = check({ name: 'front', question: { kind: 'http', url, status: 200 }, onNoData: 'pass' })
  const scene = new Scene(t, { checks: [http, check()] }, { addresses: ['http://127.0.0.1:1'] })
  scene.decide()
  await scene.reach('waiting', 'passing')
  scene.decide({}, HOUR)
  await scene.reach('waiting', 'passed')
  t.true(scene.state.isChecking)
  t.is(
    scene.state.checks[0]?.reason,
    `a check of a server that this Reeve does not ask: ${url}: remove the check, or have the administrator of Reeve allow the server with --check-addresses`,
  )
  t.is(asked, 0)
})

test('a server that does not answer is waited for, and asked again', async (t) => {
  let isUp = false
  const url = await serve(t, (_, response) => (isUp ? response.end() : response.destroy()))
  const http = check({ question: { kind: 'http', url, status: 200 } })
  const scene = new Scene(t, { checks: [http], longestSoak: 0 }, { addresses: [url] })
  scene.decide()
  await until('a reason', () => scene.state.checks[0]?.reason?.startsWith('no answer: ') === true)
  t.true(scene.state.isChecking)
  isUp = true
  scene.decide({}, MINUTE)
  await scene.reach('passed')
})

test('at most eight questions are asked at once, of all servers together', async (t) => {
  const waiting: (() => void)[] = []
  let most = 0
  let open = 0
  const listener: RequestListener = (_, response) => {
    open += 1
    most = Math.max(most, open)
    waiting.push(() => {
      open -= 1
      response.end()
    })
  }
  const addresses = await Promise.all([serve(t, listener), serve(t, listener), serve(t, listener)])
  const checks = Array.from({ length: 20 }, (_, index) =>
    check({
      name: `check-${index}`,
      question: { kind: 'http', url: `${addresses[index % 3]}/${index}`, status: 200 },
    }),
  )
  const scene = new Scene(t, { checks, longestSoak: 0 }, { addresses })
  scene.decide()
  await until('eight questions', () => open === 8)
  for (let answered = 0; answered < 20; answered += 1) {
    await until('the next question', () => waiting.length > answered)
    waiting[answered]?.()
  }
  await scene.reach(...checks.map(() => 'passed'))
  t.is(most, 8)
})

test('a group that is gone is not looked at, and one without checks is proven', async (t) => {
  let isAsked = false
  const scene = new Scene(t, {
    checks: [check()],
    members: () => {
      isAsked = true
      return []
    },
  })
  scene.decide()
  scene.checks.note([])
  t.deepEqual(scene.checks.state({ ...scene.group, checks: [] }), { isChecking: false, checks: [] })
  scene.decide({ name: 'early', members: new Fleet().members })
  await scene.reach('passing')
  t.false(isAsked)
})

test('an error in the question of one check does not keep the others', async (t) => {
  const broken = () => {
    throw new TypeError('a bug')
  }
  const scene = new Scene(t, { checks: [check()], members: broken, longestSoak: 0 })
  scene.decide()
  await until('a reason', () => scene.state.checks[0]?.reason === 'an unexpected error of Reeve')
  t.true(scene.state.isChecking)
  scene.decide({ members: new Fleet().members }, MINUTE)
  await scene.reach('passed')
  t.false(scene.state.isChecking)
})

test('checks end while a question is asked', async (t) => {
  let isAsked = false
  const url = await serve(t, () => {
    isAsked = true
  })
  const http = check({ question: { kind: 'http', url, status: 200 } })
  const scene = new Scene(t, { checks: [http] }, { addresses: [url] })
  scene.decide()
  await until('a question', () => isAsked)
  await scene.checks[Symbol.asyncDispose]()
  t.deepEqual(scene.news, [])
  scene.decide({}, HOUR)
})
