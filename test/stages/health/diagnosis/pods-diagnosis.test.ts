import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import type { LiveObject, ObjectMeta } from '../../../../src/model/object.ts'
import type { Diagnosis } from '../../../../src/stages/health/diagnosis/diagnosis.ts'
import {
  diagnosePods,
  silentPod,
  tellingPods,
} from '../../../../src/stages/health/diagnosis/pods-diagnosis.ts'

const deployment = workload('Deployment')

function workload(kind: string): LiveObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'web', uid: 'w', resourceVersion: '1' } }
}

function pod(
  name: string,
  status: JsonObject,
  metadata: Partial<ObjectMeta> = {},
  spec: JsonObject = {},
): LiveObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec,
    status,
  }
}

function container(state: JsonObject, more: JsonObject = {}): JsonObject {
  return { phase: 'Running', containerStatuses: [{ name: 'app', state, ...more }] }
}

const waiting = (reason: string, message = '') => container({ waiting: { reason, message } })
const crash = { terminated: { exitCode: 1, reason: 'Error', message: 'panic: no database\n\ngoroutine 1' } }
const CRASHING = container(
  { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s restarting failed container' } },
  { lastState: crash, restartCount: 3 },
)
const UP_AGAIN = container({ running: {} }, { lastState: crash, restartCount: 4, ready: false })

for (const [what, status, expected] of [
  [
    'an image that is not there',
    waiting('ImagePullBackOff', 'Back-off pulling image "nginx:nope"'),
    'degraded: Pod web-1: container app: ImagePullBackOff: Back-off pulling image "nginx:nope"',
  ],
  [
    'an image that is being looked for',
    waiting('ErrImagePull', 'not found'),
    'degraded: Pod web-1: container app: ImagePullBackOff: not found',
  ],
  [
    'a crash loop, with its last words and without how long it pauses',
    CRASHING,
    'degraded: Pod web-1: container app: CrashLoopBackOff: ended with exit code 1: panic: no database goroutine 1',
  ],
  [
    'a container that is up again after a crash',
    UP_AGAIN,
    'progressing: Pod web-1: container app: ended with exit code 1: panic: no database goroutine 1',
  ],
  [
    'a Secret that is not there',
    waiting('CreateContainerConfigError', 'secret "db" not found'),
    'degraded: Pod web-1: container app: CreateContainerConfigError: secret "db" not found',
  ],
  [
    'no room on any node',
    {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available',
        },
      ],
    },
    'progressing: Pod web-1: Unschedulable: 0/3 nodes are available',
  ],
  ['an ordinary start', waiting('ContainerCreating'), undefined],
  ['a ready Pod', container({ running: {} }, { ready: true, restartCount: 2, lastState: crash }), undefined],
  [
    'a container that ended as it should',
    container({ terminated: { exitCode: 0 } }, { restartCount: 1 }),
    undefined,
  ],
] as const)
  test(`the Pods of a workload tell of ${what}`, (t) => {
    t.is(told(diagnosePods([pod('web-1', status)], undefined)), expected)
  })

test('very long last words are cut at their beginning', (t) => {
  const end = { terminated: { exitCode: 2, message: `${'x'.repeat(4000)} the end` } }
  const text = told(diagnosePods([pod('web-1', container(end))], undefined)) ?? ''
  t.regex(text, /exit code 2: …x+ the end$/)
  t.true(text.length < 300)
})

test('a Pod that is stuck comes before one that only waits', (t) => {
  const pods = [pod('web-1', UP_AGAIN), pod('web-2', waiting('ImagePullBackOff'))]
  t.is(told(diagnosePods(pods, undefined)), 'degraded: Pod web-2: container app: ImagePullBackOff')
})

test('a crash loop stays as it was told while the container is up in between', (t) => {
  const before = diagnosePods([pod('web-1', CRASHING)], undefined)
  t.is(diagnosePods([pod('web-1', UP_AGAIN)], before), before)
  t.is(diagnosePods([pod('web-2', CRASHING), pod('web-1', UP_AGAIN)], before), before)
})

test('what was told stays though the words change, and goes when the diagnosis is another', (t) => {
  const before = diagnosePods([pod('web-1', waiting('ImagePullBackOff', 'first'))], undefined)
  t.is(diagnosePods([pod('web-1', waiting('ErrImagePull', 'second'))], before), before)
  t.is(
    told(diagnosePods([pod('web-1', waiting('InvalidImageName', 'third'))], before)),
    'degraded: Pod web-1: container app: InvalidImageName: third',
  )
  t.is(diagnosePods([pod('web-1', container({ running: {} }, { ready: true }))], before), undefined)
})

test('what an earlier Reeve recorded is recognised by its text', (t) => {
  const text = 'Pod web-1: container app: ImagePullBackOff: as it was told then'
  const before: Diagnosis = { status: 'degraded', key: text, text }
  t.is(diagnosePods([pod('web-1', waiting('ErrImagePull', 'other words'))], before), before)
})

test('what waited and is stuck now is told anew', (t) => {
  const before = diagnosePods([pod('web-1', UP_AGAIN)], undefined)
  t.regex(told(diagnosePods([pod('web-1', CRASHING)], before)) ?? '', /^degraded: .*CrashLoopBackOff/)
})

test('of a Deployment the Pods of the newest template count, the newest first', (t) => {
  const hash = (template: string, creationTimestamp: string) => ({
    labels: { 'pod-template-hash': template },
    creationTimestamp,
  })
  const pods = [
    pod('old', {}, hash('a', '2026-01-01T00:00:00Z')),
    pod('new-1', {}, hash('b', '2026-01-02T00:00:00Z')),
    pod('new-2', {}, hash('b', '2026-01-03T00:00:00Z')),
  ]
  t.deepEqual(names(tellingPods(deployment, pods)), ['new-2', 'new-1'])
  t.deepEqual(names(tellingPods(workload('StatefulSet'), pods)), ['new-2', 'new-1', 'old'])
})

test('Pods that go or were evicted tell nothing; failed Pods of a Job tell why it failed', (t) => {
  const evicted = { phase: 'Failed', reason: 'Evicted', message: 'no disk' }
  const pods = [
    pod('going', CRASHING, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    pod('failed', { ...container({ terminated: { exitCode: 3 } }), phase: 'Failed' }),
  ]
  t.deepEqual(tellingPods(deployment, [...pods, pod('evicted', evicted)]), [])
  const telling = tellingPods(workload('Job'), pods)
  t.is(
    told(diagnosePods(telling, undefined)),
    'progressing: Pod failed: container app: ended with exit code 3',
  )
})

test('a Pod on a node that is not ready for no reason of its own leaves it to its Events', (t) => {
  const onNode = { nodeName: 'n' }
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  const pods = [
    pod('ready', ready, {}, onNode),
    pod('stuck', CRASHING, {}, onNode),
    pod('done', { phase: 'Succeeded' }, {}, onNode),
    pod('nowhere', { phase: 'Pending' }),
    pod('creating', waiting('ContainerCreating'), {}, onNode),
  ]
  t.is(silentPod(pods)?.metadata.name, 'creating')
  t.is(silentPod(pods.slice(0, 4)), undefined)
})

function told(diagnosis: Diagnosis | undefined): string | undefined {
  return diagnosis && `${diagnosis.status}: ${diagnosis.text}`
}

function names(pods: readonly LiveObject[]): readonly string[] {
  return pods.map(({ metadata }) => metadata.name)
}
