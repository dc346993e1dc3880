import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import type { LiveObject } from '../../../../src/model/object.ts'
import type { Diagnosis } from '../../../../src/stages/health/diagnosis/diagnosis.ts'
import {
  diagnoseUpdateCheck,
  isCheckOf,
  withinUpdateCheck,
} from '../../../../src/stages/health/diagnosis/update-check.ts'

const chat = mattermost('2', '1')

function mattermost(wanted: string, runs: string): LiveObject {
  return {
    apiVersion: 'installation.mattermost.com/v1beta1',
    kind: 'Mattermost',
    metadata: { name: 'chat', namespace: 'acme', uid: 'chat-uid', resourceVersion: '1' },
    spec: { image: 'mm', version: wanted },
    status: { state: 'reconciling', image: 'mm', version: runs },
  }
}

function job(status: JsonObject, image = 'mm:2', owner = 'chat-uid'): LiveObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'mattermost-update-check',
      namespace: 'acme',
      uid: 'job-uid',
      resourceVersion: '1',
      ownerReferences: [{ controller: true, uid: owner }],
    },
    spec: { template: { spec: { containers: [{ name: 'mattermost', image }] } } },
    status,
  }
}

function failedPod(name: string, born: string, message: string, disrupted = false): LiveObject {
  const metadata = { name, namespace: 'acme', uid: name, resourceVersion: '1', creationTimestamp: born }
  const terminated = { exitCode: 2, reason: 'Error', message }
  const conditions = disrupted ? [{ type: 'DisruptionTarget', status: 'True' }] : []
  const containerStatuses = [{ name: 'mattermost', state: { terminated } }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    status: { phase: 'Failed', conditions, containerStatuses },
  }
}

const first = failedPod('check-a', '2026-01-01T00:00:00Z', 'first words')
const second = failedPod('check-b', '2026-01-01T00:00:10Z', 'ping postgres://mm:secret@db/mm\nlast words')
const evicted = failedPod('check-c', '2026-01-01T00:00:20Z', 'killed', true)
const failedForGood = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }

function told(status: JsonObject, pods: readonly LiveObject[], before?: Diagnosis): string | undefined {
  const found = diagnoseUpdateCheck(chat, job(status), pods, before)
  return found && `${found.status}: ${found.text}`
}

test('a Job is the check of an update by its owner, its image and while the update is not there', (t) => {
  t.true(isCheckOf(job({}), chat))
  t.true(isCheckOf(job({}, 'mm@sha256:ab'), mattermost('sha256:ab', '1')))
  t.false(isCheckOf(job({}, 'mm:3'), chat))
  t.false(isCheckOf(job({}, 'mm:2', 'another'), chat))
  t.false(isCheckOf(job({}), mattermost('2', '2')))
})

test('a check that goes well tells nothing', (t) => {
  t.is(told({ active: 1, ready: 1 }, []), undefined)
})

test('one failed Pod is told, and a second one degrades', (t) => {
  t.is(
    told({ failed: 1 }, [first]),
    'progressing: update check of mm:2 failed once: Pod check-a: container mattermost: ended with exit code 2: first words',
  )
  t.is(
    told({ failed: 2 }, [first, second]),
    'degraded: update check of mm:2 keeps failing: Pod check-b: container mattermost: ended with exit code 2: ping postgres://mm:…@db/mm last words',
  )
})

test('Pods that were evicted do not count', (t) => {
  t.is(told({ failed: 1 }, [evicted]), undefined)
  t.regex(
    told({ failed: 2 }, [first, evicted]) ?? '',
    /^progressing: update check of mm:2 failed once: Pod check-a/,
  )
})

test('a check that failed for good degrades, also without its Pods, and says what to do', (t) => {
  const status = { failed: 1, conditions: [failedForGood] }
  t.regex(told(status, [first]) ?? '', /^degraded: update check of mm:2 failed for good: Pod check-a/)
  t.is(told(status, []), 'degraded: update check of mm:2 failed for good: BackoffLimitExceeded: too often')
  t.regex(
    diagnoseUpdateCheck(chat, job(status), [], undefined)?.remedy ?? '',
    /delete the Job mattermost-update-check/,
  )
})

test('what was told stays as it was told, unless it got worse', (t) => {
  const before = diagnoseUpdateCheck(chat, job({ failed: 2 }), [first, second], undefined)
  const third = failedPod('check-d', '2026-01-01T00:00:40Z', 'other words')
  t.is(diagnoseUpdateCheck(chat, job({ failed: 3 }), [first, second, third], before), before)
  const worse = { failed: 3, conditions: [failedForGood] }
  t.regex(told(worse, [third], before) ?? '', /failed for good: Pod check-d/)
})

test('what keeps a Pod of the check from starting is told as of the check', (t) => {
  const found = {
    status: 'degraded',
    key: 'Pod check-a: container mattermost: ImagePullBackOff',
    text: 'Pod …',
  } as const
  const told = withinUpdateCheck(chat, found, undefined)
  t.like(told, { status: 'degraded', key: `update check of mm:2: ${found.key}` })
  t.is(withinUpdateCheck(chat, { ...found, text: 'other words' }, told), told)
  t.is(withinUpdateCheck(chat, undefined, told), undefined)
})
