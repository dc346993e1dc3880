import test from 'ava'
import type { JsonObject } from '../../../src/model/json.ts'
import type { LiveObject, ObjectMeta } from '../../../src/model/object.ts'
import type { Health, Problem } from '../../../src/model/status.ts'
import { builtInDeadline, type Deadline } from '../../../src/stages/health/deadline.ts'
import { type Diagnosis, diagnosis } from '../../../src/stages/health/diagnosis/diagnosis.ts'
import { spellDuration } from '../../../src/stages/health/spell-duration.ts'
import { UnhealthyObject } from '../../../src/stages/health/unhealthy-object.ts'
import {
  degraded,
  failing as errorOf,
  progressing,
  type Unhealthy,
} from '../../../src/stages/health/verdict.ts'

const MINUTE = 60_000
const START = Date.parse('2026-01-01T00:00:00.400Z')
const BEGIN = '2026-01-01T00:00:00Z'
const deadline: Deadline = { ms: 10 * MINUTE, graceMs: 0 }
const own = progressing('0 of 1 replicas ready')

function statefulSet(status: JsonObject = {}, metadata: Partial<ObjectMeta> = {}): LiveObject {
  const identity = { name: 'web', uid: 'u', resourceVersion: '1', generation: 1 }
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { ...identity, ...metadata }, status }
}

function ailment(live = statefulSet(), said: Unhealthy = own): UnhealthyObject {
  const made = new UnhealthyObject(live, said, START)
  made.update(live, said, deadline, START)
  return made
}

const stuck: Diagnosis = diagnosis('degraded', 'Pod web-0: container app: ImagePullBackOff', 'no such image')
const crash: Diagnosis = diagnosis(
  'degraded',
  'Pod web-0: container app: CrashLoopBackOff',
  'ended with exit code 1',
)

test('what is on its way is degraded when its deadline has passed, and says for how long', (t) => {
  const made = ailment()
  t.deepEqual(made.health(deadline, START), { ...own, since: BEGIN })
  t.deepEqual(made.health(deadline, START + 9 * MINUTE), { ...own, since: BEGIN })
  const late = {
    status: 'degraded',
    message: 'not ready for 10 minutes: 0 of 1 replicas ready',
    since: BEGIN,
  } as const
  t.deepEqual(made.health(deadline, START + 10 * MINUTE), late)
  t.deepEqual(made.health(deadline, START + 600 * MINUTE), late)
  t.is(made.dueAt(deadline), START + 10 * MINUTE - 400)
  t.is(made.health(undefined, START + 600 * MINUTE).status, 'progressing')
})

test('every step nearer to being ready begins the deadline anew, a step back does not', (t) => {
  const made = ailment()
  const at = (ready: number, minutes: number) => {
    made.update(statefulSet({ readyReplicas: ready }), own, deadline, START + minutes * MINUTE)
    return made.health(deadline, START + minutes * MINUTE).status
  }
  t.is(at(1, 8), 'progressing')
  t.is(at(2, 16), 'progressing')
  t.is(at(1, 20), 'progressing')
  t.is(at(2, 25), 'progressing')
  t.is(at(2, 27), 'degraded')
  t.is(at(3, 28), 'progressing')
  t.is(sinceIn(made.health(deadline, START + 30 * MINUTE)), BEGIN)
})

test('only of workloads more counts as nearer', (t) => {
  const live = (ready: number): LiveObject => ({
    ...statefulSet({ readyReplicas: ready }),
    apiVersion: 'example.dev/v1',
  })
  const made = ailment(live(0))
  made.update(live(5), own, deadline, START + 9 * MINUTE)
  t.is(made.health(deadline, START + 10 * MINUTE).status, 'degraded')
})

test('what is stuck is degraded at once, with what the Pod says', (t) => {
  const made = ailment()
  t.true(made.tell(stuck, START))
  t.false(made.tell({ ...stuck }, START))
  const message = '0 of 1 replicas ready; Pod web-0: container app: ImagePullBackOff: no such image'
  t.deepEqual(made.health(deadline, START), { status: 'degraded', message, since: BEGIN })
  t.deepEqual(made.health(deadline, START + 60 * MINUTE), { status: 'degraded', message, since: BEGIN })
  t.true(made.tell(undefined, START))
  t.is(made.health(deadline, START).status, 'progressing')
})

test('what delays it explains, and does not degrade', (t) => {
  const made = ailment()
  made.tell(diagnosis('progressing', 'Pod web-0: Unschedulable', 'no node'), START)
  t.like(made.health(deadline, START), {
    status: 'progressing',
    message: '0 of 1 replicas ready; Pod web-0: Unschedulable: no node',
  })
  t.like(made.health(deadline, START + 11 * MINUTE), {
    status: 'degraded',
    message: 'not ready for 10 minutes: 0 of 1 replicas ready; Pod web-0: Unschedulable: no node',
  })
})

test('an error that the object names is given time to pass, and then degrades', (t) => {
  const failing = errorOf('reconciling: no Secret', 15_000)
  const made = ailment()
  made.update(statefulSet(), failing, deadline, START + MINUTE)
  t.is(made.changesAt(deadline, START + MINUTE), START + MINUTE + 15_000)
  t.is(made.health(deadline, START + MINUTE).status, 'progressing')
  made.update(statefulSet(), own, deadline, START + MINUTE + 10_000)
  made.update(statefulSet(), failing, deadline, START + MINUTE + 12_000)
  t.is(made.health(deadline, START + MINUTE + 20_000).status, 'progressing')
  const late = { status: 'degraded', message: 'reconciling: no Secret', since: BEGIN }
  t.deepEqual(made.health(deadline, START + MINUTE + 27_000), late as Health)
  t.is(made.changesAt(deadline, START + MINUTE + 27_000), made.dueAt(deadline))
  t.is(made.changesAt(deadline, START + 11 * MINUTE), undefined)

  const later = new UnhealthyObject(statefulSet(), failing, START + 2 * MINUTE)
  later.resume({ code: 'degraded', message: late.message, since: BEGIN }, statefulSet(), START + 2 * MINUTE)
  later.update(statefulSet(), failing, deadline, START + 2 * MINUTE)
  t.is(later.health(deadline, START + 2 * MINUTE).status, 'degraded')
})

test('what a diagnosis says is to be done is told while it degrades, also by another Reeve', (t) => {
  const made = ailment()
  made.tell(
    { ...diagnosis('degraded', 'update check of mm:2 keeps failing', 'Pod a: b'), remedy: 'mend it' },
    START,
  )
  const before = made.health(deadline, START)
  t.like(before, { status: 'degraded', remedy: 'mend it' })
  t.deepEqual(resumed(before, START + MINUTE).health, before)
})

test('a start is ordinary for a while, unless something is known of it', (t) => {
  t.true(ailment().isOrdinary(START + 10_000))
  t.false(ailment().isOrdinary(START + 20_000))
  t.false(ailment(statefulSet(), degraded('failed')).isOrdinary(START))
  const made = ailment()
  made.tell(stuck, START)
  t.false(made.isOrdinary(START))
})

test('an object that is degraded by itself stays so, and its Pods say why', (t) => {
  const made = ailment(statefulSet(), degraded('BackoffLimitExceeded'))
  made.tell(diagnosis('progressing', 'Pod job-1', 'exit code 3'), START)
  t.like(made.health(undefined, START), {
    status: 'degraded',
    message: 'BackoffLimitExceeded; Pod job-1: exit code 3',
  })
})

test('it is of one object at one generation', (t) => {
  const made = ailment()
  t.true(made.isOf(statefulSet({ readyReplicas: 1 }, { resourceVersion: '2' })))
  t.false(made.isOf(statefulSet({}, { generation: 2 })))
  t.false(made.isOf(statefulSet({}, { uid: 'other' })))
})

test('what may take as long as it likes has its deadline from when it may no more', (t) => {
  const made = ailment()
  made.update(statefulSet(), own, undefined, START + 1 * MINUTE)
  made.update(statefulSet(), own, undefined, START + 50 * MINUTE)
  t.is(made.health(undefined, START + 50 * MINUTE).status, 'progressing')
  made.update(statefulSet(), own, deadline, START + 55 * MINUTE)
  t.is(made.health(deadline, START + 64 * MINUTE).status, 'progressing')
  t.is(made.health(deadline, START + 65 * MINUTE).status, 'degraded')
})

test('being healthy is believed after a crash loop when it lasts, else at once', (t) => {
  const made = ailment()
  t.is(made.recover(START), undefined)
  made.tell(crash, START)
  t.is(made.recover(START + 5_000), START + 65_000)
  t.is(made.recover(START + 30_000), START + 65_000)
  t.like(made.health(deadline, START + 30_000), {
    status: 'degraded',
    message: `${own.message}; ${crash.text}`,
  })
  made.update(statefulSet(), own, deadline, START + 40_000)
  t.is(made.recover(START + 50_000), START + 110_000)
  t.is(made.recover(START + 110_000), undefined)
  made.tell(stuck, START)
  t.is(made.recover(START + 120_000), undefined)
})

test('Pods that are well between two crashes are believed when that lasts, too', (t) => {
  const made = ailment()
  made.tell(crash, START)
  t.false(made.tell(undefined, START + 10_000))
  t.false(made.tell(undefined, START + 60_000))
  t.false(made.tell({ ...crash }, START + 65_000))
  t.false(made.tell(undefined, START + 80_000))
  t.is(made.health(deadline, START + 80_000).status, 'degraded')
  t.true(made.tell(undefined, START + 140_000))
  t.is(made.health(deadline, START + 140_000).status, 'progressing')
})

/** What is recorded, read back by another Reeve at `now`, and what that says at once. */
function resumed(
  health: Health,
  now: number,
  live = statefulSet(),
): { made: UnhealthyObject; health: Health } {
  const { status, ...rest } = health
  const made = new UnhealthyObject(live, own, now)
  made.resume({ code: status, message: '', ...rest } as Problem, live, now)
  made.update(live, own, deadline, now)
  return { made, health: made.health(deadline, now) }
}

for (const [what, tell, minutes] of [
  ['on its way', undefined, 3],
  ['delayed', diagnosis('progressing', 'Pod web-0: Unschedulable', 'no node'), 3],
  ['stuck', stuck, 3],
  ['in a crash loop', crash, 3],
  ['late', undefined, 30],
  ['late and delayed', diagnosis('progressing', 'Event: FailedCreate', 'exceeded quota'), 30],
  ['stuck for long', stuck, 30],
  [
    'told of with many words',
    diagnosis('progressing', 'Pod web-0: Unschedulable', 'no node '.repeat(100)),
    30,
  ],
] as const)
  test(`another Reeve says the same of what is ${what}`, (t) => {
    const made = ailment()
    made.tell(tell, START)
    const now = START + minutes * MINUTE
    const before = made.health(deadline, now)
    t.deepEqual(resumed(before, now).health, before)
  })

test('after a restart nothing is late at once that was not late before', (t) => {
  const before = ailment().health(deadline, START + 9 * MINUTE)
  const now = START + 90 * MINUTE
  const { made, health } = resumed(before, now)
  t.deepEqual(health, before)
  t.is(made.health(deadline, now + 4 * MINUTE).status, 'progressing')
  t.is(made.health(deadline, now + 5 * MINUTE).status, 'degraded')
})

test('a record that cannot be of this object is not gone on with', (t) => {
  const before = ailment().health(deadline, START)
  const now = START + 30 * MINUTE
  const young = statefulSet({}, { creationTimestamp: '2026-01-01T00:20:00Z' })
  t.is(sinceIn(resumed(before, now, young).health), '2026-01-01T00:30:00Z')
  t.is(sinceIn(resumed({ ...own, since: 'once' }, now).health), '2026-01-01T00:30:00Z')
  t.is(sinceIn(resumed({ ...own, since: '2027-01-01T00:00:00Z' }, now).health), '2026-01-01T00:30:00Z')
})

for (const [kind, spec, status, expected] of [
  ['apps/v1 Deployment', { progressDeadlineSeconds: 600 }, {}, { ms: 600_000, graceMs: 60_000 }],
  ['apps/v1 Deployment', { progressDeadlineSeconds: 30 }, {}, { ms: 30_000, graceMs: 60_000 }],
  ['apps/v1 Deployment', { progressDeadlineSeconds: 2147483647 }, {}, undefined],
  ['apps/v1 StatefulSet', {}, {}, { ms: 600_000, graceMs: 0 }],
  ['batch/v1 Job', {}, { active: 1 }, { ms: 600_000, graceMs: 0 }],
  ['batch/v1 Job', {}, { active: 1, ready: 1 }, undefined],
  ['v1 Pod', { restartPolicy: 'Never' }, { phase: 'Running' }, undefined],
  ['v1 Pod', { restartPolicy: 'Never' }, { phase: 'Pending' }, { ms: 600_000, graceMs: 0 }],
  ['installation.mattermost.com/v1beta1 Mattermost', {}, {}, { ms: 1_800_000, graceMs: 0 }],
  [
    'installation.mattermost.com/v1beta1 Mattermost',
    {},
    { observedGeneration: 1 },
    { ms: 600_000, graceMs: 0 },
  ],
  ['example.dev/v1 Chat', {}, {}, { ms: 600_000, graceMs: 0 }],
] as const)
  test(`the deadline of a ${kind} of ${JSON.stringify({ ...spec, ...status })}`, (t) => {
    const [apiVersion = '', name = ''] = kind.split(' ')
    const metadata = { name: 'a', uid: 'u', resourceVersion: '1', generation: 1 }
    t.deepEqual(builtInDeadline({ apiVersion, kind: name, metadata, spec, status }), expected)
  })

test('a duration is spelled in the largest unit that fits', (t) => {
  const spelled = [600_000, 3_600_000, 90_000, 60_000, 5_400_000, 1_500, 1].map(spellDuration)
  t.deepEqual(spelled, [
    '10 minutes',
    '1 hour',
    '90 seconds',
    '1 minute',
    '90 minutes',
    '1500 milliseconds',
    '1 millisecond',
  ])
})

function sinceIn(health: Health): string | undefined {
  return 'since' in health ? health.since : undefined
}
