import test from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import type { LiveObject } from '../../../../src/model/object.ts'
import { conventionalJudge } from '../../../../src/stages/health/conventions/conventional-judge.ts'

interface Parts {
  readonly spec?: JsonObject
  readonly status?: JsonObject
}

/** A condition as `Type=Status Reason: message`. */
function condition(text: string): JsonObject {
  const [, type = '', status = '', reason = '', message = ''] =
    /^(\w*)=(\w*)(?: (\w+))?(?:: (.*))?$/.exec(text) ?? []
  return { type, status, reason, message }
}

const withConditions = (...texts: readonly string[]): Parts => ({
  status: { conditions: texts.map(condition) },
})

const cases: readonly (readonly [string, Parts, string])[] = [
  [
    'not synced',
    withConditions('Ready=True', 'Synced=False ReconcileError: no such bucket'),
    'degraded: ReconcileError: no such bucket',
  ],
  ['not synced for no reason', withConditions('Synced=False'), 'degraded: not synced'],
  [
    'not synced because it is paused',
    withConditions('Ready=True', 'Synced=False ReconcilePaused'),
    'suspended: ReconcilePaused',
  ],
  ['being accepted', withConditions('Accepted=Unknown Pending'), 'progressing: Pending'],
  ['not accepted', withConditions('Accepted=False NoMatchingParent'), 'degraded: NoMatchingParent'],
  [
    'without what it refers to',
    withConditions('Accepted=True', 'ResolvedRefs=False BackendNotFound: no Service a'),
    'degraded: BackendNotFound: no Service a',
  ],
  ['not programmed yet', withConditions('Accepted=True', 'Programmed=False Pending'), 'progressing: Pending'],
  ['not available', withConditions('Available=False'), 'progressing: not available'],
  [
    'not available, with an error',
    withConditions('Available=False CrashLoopBackOff'),
    'degraded: CrashLoopBackOff',
  ],
  ['ready, and not healthy', withConditions('Ready=True', 'Healthy=False'), 'degraded: not healthy'],
  [
    'not ready while it is created',
    withConditions('Ready=False Creating: 1 of 3'),
    'progressing: Creating: 1 of 3',
  ],
  [
    'not ready, with a failure that only the message names',
    withConditions('Ready=False: failed to pull'),
    'degraded: failed to pull',
  ],
  ['not ready for the first time', withConditions('Ready=Unknown'), 'progressing: not ready'],
  ['ready, with a part that is not', withConditions('Ready=True', 'DatabaseReady=False'), 'healthy'],
  [
    'of parts, one of them not ready',
    withConditions('DatabaseReady=True', 'CacheReady=False'),
    'progressing: not cache ready',
  ],
  ['of parts that are all ready', withConditions('DatabaseReady=True', 'CacheReady=True'), 'healthy'],
  ['failed', withConditions('Failed=True BadSpec: no size'), 'degraded: BadSpec: no size'],
  [
    'ready and degraded',
    withConditions('Ready=True', 'Degraded=True: 1 replica lost'),
    'degraded: 1 replica lost',
  ],
  ['with an error of its own name', withConditions('ReconcileError=True'), 'degraded: reconcile error'],
  ['without an error of its own name', withConditions('Ready=True', 'ReconcileError=False'), 'healthy'],
  ['rolled out', withConditions('Available=True', 'Progressing=True NewReplicaSetAvailable'), 'healthy'],
  [
    'being rolled out',
    withConditions('Available=True', 'Progressing=True RollingOut'),
    'progressing: RollingOut',
  ],
  [
    'whose rollout failed',
    withConditions('Progressing=False ProgressDeadlineExceeded'),
    'degraded: ProgressDeadlineExceeded',
  ],
  ['whose rollout is over', withConditions('Ready=True', 'Progressing=False'), 'healthy'],
  [
    'with conditions of other meanings',
    withConditions('Active=False', 'Upgradeable=False', 'Fallback=True'),
    'healthy',
  ],
  [
    'paused by its condition',
    withConditions('Ready=False', 'Paused=True ByAnnotation'),
    'suspended: ByAnnotation',
  ],
  [
    'suspended by its spec',
    { spec: { suspend: true }, ...withConditions('Ready=False Failed') },
    'suspended: suspend',
  ],
  [
    'scaled to zero',
    { spec: { replicas: 0 }, ...withConditions('Ready=False') },
    'suspended: scaled to zero',
  ],
  ['scaled to zero, and ready', { spec: { replicas: 0 }, ...withConditions('Ready=True') }, 'healthy'],
  [
    'with a parent that refuses it',
    { status: { parents: [{ conditions: [condition('Accepted=False NotAllowedByListeners')] }] } },
    'degraded: NotAllowedByListeners',
  ],
  [
    'with an ancestor that accepts it',
    { status: { ancestors: [{ conditions: [condition('Accepted=True')] }, { conditions: 1 }, null] } },
    'healthy',
  ],
  [
    'with a listener in conflict',
    {
      status: {
        conditions: [condition('Accepted=True'), condition('Programmed=True')],
        listeners: [{ conditions: [condition('Conflicted=True HostnameConflict')] }],
      },
    },
    'degraded: HostnameConflict',
  ],
  ['whose phase is Ready', { status: { phase: 'Ready' } }, 'healthy'],
  ['whose phase is Pending', { status: { phase: 'Pending' } }, 'progressing: Pending'],
  [
    'whose phase is ClusterUpdating',
    { status: { phase: 'Cluster Updating' } },
    'progressing: Cluster Updating',
  ],
  ['whose phase is Failed', { status: { phase: 'Failed', message: 'no disk' } }, 'degraded: Failed: no disk'],
  ['whose state is in upper case', { status: { state: 'UPDATE_FAILED' } }, 'degraded: UPDATE_FAILED'],
  ['whose health is an object', { status: { health: { status: 'Degraded' } } }, 'degraded: Degraded'],
  ['that is not compliant', { status: { compliant: 'NonCompliant' } }, 'degraded: NonCompliant'],
  ['whose health is green', { status: { health: 'green' } }, 'healthy'],
  ['whose status is Stopped', { status: { status: 'Stopped' } }, 'suspended: Stopped'],
  ['whose phase is a word of its own', { status: { phase: 'Quux' } }, 'healthy'],
  [
    'whose phase is a sentence',
    { status: { phase: 'Cluster in healthy state, failed over once, all is well' } },
    'healthy',
  ],
  [
    'ready, whatever its phase',
    { status: { ...withConditions('Ready=True').status, phase: 'Failed' } },
    'healthy',
  ],
  [
    'synced, and failed',
    { status: { ...withConditions('Synced=True').status, state: 'failed' } },
    'degraded: failed',
  ],
  [
    'that names a failure',
    { status: { failureMessage: 'no quota', phase: 'Provisioning' } },
    'degraded: no quota',
  ],
  ['that is not ready by a field', { status: { ready: false } }, 'progressing: not ready'],
  [
    'with too few replicas',
    { spec: { replicas: 3 }, status: { readyReplicas: 1 } },
    'progressing: 1 of 3 replicas ready',
  ],
  ['with enough replicas', { spec: { replicas: 3 }, status: { readyReplicas: 3 } }, 'healthy'],
]

const judge = conventionalJudge()

for (const [what, parts, expected] of cases)
  test(`an object ${what} is ${expected.split(':')[0]}`, (t) => {
    const metadata = { name: 'a', namespace: 'eu', uid: 'u', resourceVersion: '1', generation: 1 }
    const object: LiveObject = { apiVersion: 'example.com/v1', kind: 'Thing', metadata, ...parts }
    const health = judge(object)
    t.is('message' in health ? `${health.status}: ${health.message}` : health.status, expected)
  })
