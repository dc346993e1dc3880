import test from 'ava'
import type { JsonObject, JsonValue } from '../../../src/model/json.ts'
import type { LiveObject, ObjectMeta } from '../../../src/model/object.ts'
import { healthOf } from '../../../src/stages/health/health-of.ts'

interface Parts {
  readonly metadata?: Partial<ObjectMeta>
  readonly spec?: JsonValue
  readonly status?: JsonValue
}

function object(apiVersion: string, kind: string, { metadata, ...rest }: Parts): LiveObject {
  const identity = { name: 'a', namespace: 'eu', uid: 'u', resourceVersion: '1' }
  return { apiVersion, kind, metadata: { ...identity, ...metadata }, ...rest }
}

const condition = (type: string, status: string, reason = '', message = '') => ({
  type,
  status,
  reason,
  message,
})
const conditions = (...list: ReturnType<typeof condition>[]) => ({ conditions: list })

const mattermost = (version: string | undefined, status: JsonObject): Parts => ({
  spec: { image: 'mm', replicas: 3, ...(version !== undefined && { version }) },
  status: { image: 'mm', ...status },
})

/** What it is, the object, and the health that it should have: `status` or `status: message`. */
type Case = readonly [string, Parts, string]

const tables: readonly (readonly [string, string, readonly Case[]])[] = [
  [
    'example.com/v1',
    'Thing',
    [
      ['without a status', {}, 'progressing: has no status yet'],
      ['that is Ready', { status: conditions(condition('Ready', 'True')) }, 'healthy'],
      [
        'that is not Ready',
        { status: conditions(condition('Ready', 'False', 'Waiting', 'for a disk')) },
        'progressing: Waiting: for a disk',
      ],
      [
        'whose Ready is unknown',
        { status: conditions(condition('Ready', 'Unknown')) },
        'progressing: not ready',
      ],
      [
        'that is Stalled',
        { status: conditions(condition('Stalled', 'True', 'BadSpec'), condition('Ready', 'False')) },
        'degraded: BadSpec',
      ],
      [
        'that is Reconciling',
        { status: conditions(condition('Reconciling', 'True'), condition('Ready', 'True')) },
        'progressing: reconciling',
      ],
      [
        'whose controller is behind',
        {
          metadata: { generation: 3 },
          status: { observedGeneration: 2, ...conditions(condition('Ready', 'True')) },
        },
        'progressing: generation 2 of 3 observed',
      ],
      [
        'whose Ready is of an older generation',
        {
          metadata: { generation: 3 },
          status: { conditions: [{ ...condition('Ready', 'True'), observedGeneration: 2 }] },
        },
        'progressing: generation 2 of 3 observed',
      ],
      [
        'that was Stalled in an older generation',
        {
          metadata: { generation: 3 },
          status: { conditions: [{ ...condition('Stalled', 'True', 'BadSpec'), observedGeneration: 2 }] },
        },
        'progressing: generation 2 of 3 observed',
      ],
      [
        'that says why it cannot be Ready',
        { status: conditions(condition('Ready', 'False', 'ReconcileFailed', 'no such bucket')) },
        'degraded: ReconcileFailed: no such bucket',
      ],
      ['that is being deleted', { metadata: { deletionTimestamp: 'now' } }, 'deleting: being deleted'],
      [
        'that waits for a finalizer',
        { metadata: { deletionTimestamp: 'now', finalizers: ['a.com/x', 'b.com/y'] } },
        'deleting: waits for its finalizers: a.com/x, b.com/y',
      ],
      ['with a status of another shape', { status: 'fine' }, 'healthy'],
      [
        'with conditions of another shape',
        { status: { conditions: [null, 1, { type: 'Ready' }] } },
        'progressing: not ready',
      ],
      [
        'with a very long message',
        { status: conditions(condition('Ready', 'False', '', 'x'.repeat(5000))) },
        `progressing: ${'x'.repeat(499)}…`,
      ],
    ],
  ],
  [
    'apps/v1',
    'Deployment',
    [
      ['not seen yet', { spec: { replicas: 2 } }, 'progressing: 0 of 2 replicas updated'],
      ['without replicas wanted', { spec: { replicas: 0 }, status: { observedGeneration: 1 } }, 'healthy'],
      ['with one replica by default', { spec: {}, status: {} }, 'progressing: 0 of 1 replicas updated'],
      [
        'half updated',
        { spec: { replicas: 2 }, status: { replicas: 3, updatedReplicas: 1, availableReplicas: 2 } },
        'progressing: 1 of 2 replicas updated',
      ],
      [
        'paused',
        {
          spec: { replicas: 2, paused: true },
          status: { replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
        },
        'suspended: paused: 1 of 2 replicas updated',
      ],
      [
        'with old replicas',
        { spec: { replicas: 2 }, status: { replicas: 3, updatedReplicas: 2, availableReplicas: 3 } },
        'progressing: 1 old replicas still running',
      ],
      [
        'not available',
        { spec: { replicas: 2 }, status: { replicas: 2, updatedReplicas: 2, availableReplicas: 1 } },
        'progressing: 1 of 2 replicas available',
      ],
      [
        'done',
        { spec: { replicas: 2 }, status: { replicas: 2, updatedReplicas: 2, availableReplicas: 2 } },
        'healthy',
      ],
      [
        'past its deadline',
        {
          spec: { replicas: 2 },
          status: conditions(condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'too slow')),
        },
        'degraded: ProgressDeadlineExceeded: too slow',
      ],
      [
        'whose Pods are refused',
        {
          spec: { replicas: 2 },
          status: conditions(condition('ReplicaFailure', 'True', 'FailedCreate', 'quota')),
        },
        'degraded: FailedCreate: quota',
      ],
    ],
  ],
  [
    'apps/v1',
    'StatefulSet',
    [
      [
        'not ready',
        { spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 1 } },
        'progressing: 1 of 3 replicas ready',
      ],
      [
        'that shrinks',
        { spec: { replicas: 1 }, status: { replicas: 3, readyReplicas: 3 } },
        'progressing: 3 replicas, 1 wanted',
      ],
      [
        'half updated',
        {
          spec: { replicas: 3 },
          status: {
            replicas: 3,
            readyReplicas: 3,
            updatedReplicas: 1,
            currentRevision: 'a',
            updateRevision: 'b',
          },
        },
        'progressing: 1 of 3 replicas updated',
      ],
      [
        'updated up to its partition',
        {
          spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
          status: {
            replicas: 3,
            readyReplicas: 3,
            updatedReplicas: 1,
            currentRevision: 'a',
            updateRevision: 'b',
          },
        },
        'healthy',
      ],
      [
        'whose ordinals start above the partition',
        {
          spec: { replicas: 3, ordinals: { start: 5 }, updateStrategy: { rollingUpdate: { partition: 2 } } },
          status: {
            replicas: 3,
            readyReplicas: 3,
            updatedReplicas: 1,
            currentRevision: 'a',
            updateRevision: 'b',
          },
        },
        'progressing: 1 of 3 replicas updated',
      ],
      [
        'that is updated by deleting Pods',
        {
          spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } },
          status: { replicas: 3, readyReplicas: 3, currentRevision: 'a', updateRevision: 'b' },
        },
        'healthy',
      ],
      [
        'done',
        {
          spec: { replicas: 3 },
          status: { replicas: 3, readyReplicas: 3, currentRevision: 'b', updateRevision: 'b' },
        },
        'healthy',
      ],
    ],
  ],
  [
    'apps/v1',
    'DaemonSet',
    [
      ['not seen yet', {}, 'progressing: not yet observed by its controller'],
      ['without nodes', { status: { observedGeneration: 1, desiredNumberScheduled: 0 } }, 'healthy'],
      [
        'half updated',
        {
          status: {
            observedGeneration: 1,
            desiredNumberScheduled: 4,
            updatedNumberScheduled: 1,
            numberAvailable: 4,
          },
        },
        'progressing: updated on 1 of 4 nodes',
      ],
      [
        'not available',
        {
          status: {
            observedGeneration: 1,
            desiredNumberScheduled: 4,
            updatedNumberScheduled: 4,
            numberAvailable: 3,
          },
        },
        'progressing: available on 3 of 4 nodes',
      ],
    ],
  ],
  [
    'apps/v1',
    'ReplicaSet',
    [
      [
        'not available',
        { spec: { replicas: 2 }, status: { replicas: 2 } },
        'progressing: 0 of 2 replicas available',
      ],
      ['done', { spec: { replicas: 2 }, status: { replicas: 2, availableReplicas: 2 } }, 'healthy'],
      [
        'whose Pods are refused',
        { status: conditions(condition('ReplicaFailure', 'True', 'FailedCreate')) },
        'degraded: FailedCreate',
      ],
    ],
  ],
  [
    'batch/v1',
    'Job',
    [
      ['just created', {}, 'progressing: 0 active, 0 succeeded, 0 failed'],
      ['at work', { status: { active: 1, failed: 2 } }, 'progressing: 1 active, 0 succeeded, 2 failed'],
      ['complete', { status: conditions(condition('Complete', 'True')) }, 'healthy'],
      [
        'failed for good',
        { status: conditions(condition('Failed', 'True', 'BackoffLimitExceeded', 'too often')) },
        'degraded: BackoffLimitExceeded: too often',
      ],
      [
        'about to fail',
        { status: conditions(condition('FailureTarget', 'True', 'PodFailurePolicy', 'exit code 42')) },
        'degraded: PodFailurePolicy: exit code 42',
      ],
      ['suspended', { spec: { suspend: true } }, 'suspended: suspended'],
    ],
  ],
  [
    'installation.mattermost.com/v1beta1',
    'Mattermost',
    [
      [
        'just created',
        { spec: { image: 'mm', version: '2' } },
        'progressing: not yet observed by its operator',
      ],
      ['that is stable', mattermost('2', { state: 'stable', version: '2' }), 'healthy'],
      ['of no declared version', mattermost(undefined, { state: 'stable', version: '2' }), 'healthy'],
      [
        'that is stable with an old generation',
        {
          metadata: { generation: 3 },
          ...mattermost('2', { state: 'stable', version: '2', observedGeneration: 2 }),
        },
        'progressing: generation 2 of 3 observed',
      ],
      [
        'that is stable with another version',
        mattermost('2', { state: 'stable', version: '1' }),
        'progressing: mm:2 wanted, runs 1',
      ],
      [
        'that is being updated',
        mattermost('sha256:ab', { state: 'reconciling', version: '1' }),
        'progressing: reconciling: mm@sha256:ab wanted, runs 1',
      ],
      [
        'that rolls out',
        mattermost('2', { state: 'ready', version: '2', updatedReplicas: 1 }),
        'progressing: ready: 1 of 3 replicas updated',
      ],
      [
        'that names an error',
        mattermost('2', { state: 'reconciling', version: '2', error: 'dial postgres://mm:secret@db/mm' }),
        'degraded: reconciling: dial postgres://mm:…@db/mm',
      ],
    ],
  ],
  [
    'batch/v1',
    'CronJob',
    [
      ['that never ran', {}, 'healthy'],
      ['that is suspended', { spec: { suspend: true } }, 'suspended: suspended'],
    ],
  ],
  [
    'v1',
    'Pod',
    [
      ['that ran to its end', { status: { phase: 'Succeeded' } }, 'healthy'],
      [
        'that is to end and runs',
        {
          spec: { restartPolicy: 'Never' },
          status: { phase: 'Running', ...conditions(condition('Ready', 'True')) },
        },
        'progressing: running',
      ],
      [
        'that is ready',
        { status: { phase: 'Running', ...conditions(condition('Ready', 'True')) } },
        'healthy',
      ],
      [
        'that is not ready',
        {
          status: {
            phase: 'Running',
            ...conditions(condition('Ready', 'False', 'ContainersNotReady', 'web')),
          },
        },
        'progressing: ContainersNotReady: web',
      ],
      ['that nobody saw', { status: { phase: 'Pending' } }, 'progressing: phase Pending'],
      [
        'that fits on no node',
        {
          status: {
            phase: 'Pending',
            ...conditions(condition('PodScheduled', 'False', 'Unschedulable', 'no memory')),
          },
        },
        'progressing: Unschedulable: no memory',
      ],
      [
        'that was evicted',
        { status: { phase: 'Failed', reason: 'Evicted', message: 'no disk' } },
        'degraded: Evicted: no disk',
      ],
      [
        'that failed',
        {
          status: {
            phase: 'Failed',
            containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 3, reason: 'Error' } } }],
          },
        },
        'degraded: container web: ended with exit code 3',
      ],
      [
        'in a crash loop',
        {
          status: {
            phase: 'Running',
            containerStatuses: [
              {
                name: 'web',
                state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
                lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
              },
            ],
          },
        },
        'degraded: container web: CrashLoopBackOff: ended with exit code 137 (OOMKilled)',
      ],
      [
        'whose first image is not there',
        {
          status: {
            phase: 'Pending',
            initContainerStatuses: [{ name: 'init', state: { waiting: { reason: 'ImagePullBackOff' } } }],
          },
        },
        'degraded: container init: ImagePullBackOff',
      ],
      [
        'that is being made',
        {
          status: {
            phase: 'Pending',
            containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ContainerCreating' } } }],
          },
        },
        'progressing: phase Pending',
      ],
    ],
  ],
  [
    'v1',
    'PersistentVolumeClaim',
    [
      ['that is bound', { status: { phase: 'Bound' } }, 'healthy'],
      ['that waits', { status: { phase: 'Pending' } }, 'progressing: not bound yet'],
      ['that lost its volume', { status: { phase: 'Lost' } }, 'degraded: its volume is lost'],
    ],
  ],
  [
    'v1',
    'Service',
    [
      ['inside the cluster', { spec: { type: 'ClusterIP' } }, 'healthy'],
      [
        'without an address',
        { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } },
        'progressing: the load balancer has no address yet',
      ],
      [
        'with an address',
        { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '::1' }] } } },
        'healthy',
      ],
    ],
  ],
  ['networking.k8s.io/v1', 'Ingress', [['without an address', { status: { loadBalancer: {} } }, 'healthy']]],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    [
      ['just created', {}, 'progressing: not served yet'],
      [
        'whose names are taken',
        { status: conditions(condition('NamesAccepted', 'False', 'PluralConflict')) },
        'degraded: PluralConflict',
      ],
      [
        'that is served',
        { status: conditions(condition('NamesAccepted', 'True'), condition('Established', 'True')) },
        'healthy',
      ],
    ],
  ],
  [
    'apiregistration.k8s.io/v1',
    'APIService',
    [
      ['that answers', { status: conditions(condition('Available', 'True')) }, 'healthy'],
      [
        'that does not',
        { status: conditions(condition('Available', 'False', 'ServiceNotFound')) },
        'progressing: ServiceNotFound',
      ],
    ],
  ],
  [
    'policy/v1',
    'PodDisruptionBudget',
    [
      ['with too few Pods', { status: { currentHealthy: 1, desiredHealthy: 2 } }, 'healthy'],
      [
        'whose Pods cannot be counted',
        { status: conditions(condition('DisruptionAllowed', 'False', 'SyncFailed', 'no scale')) },
        'progressing: SyncFailed: no scale',
      ],
    ],
  ],
  [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    [
      ['nobody looked at yet', {}, 'healthy'],
      [
        'that scales',
        {
          status: conditions(
            condition('AbleToScale', 'True', 'ReadyForNewScale'),
            condition('ScalingActive', 'True', 'ValidMetricFound'),
            condition('ScalingLimited', 'True', 'TooFewReplicas'),
          ),
        },
        'healthy',
      ],
      [
        'without metrics',
        { status: conditions(condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no metrics')) },
        'degraded: FailedGetResourceMetric: no metrics',
      ],
      [
        'without what it scales',
        { status: conditions(condition('AbleToScale', 'False', 'FailedGetScale', 'not found')) },
        'degraded: FailedGetScale: not found',
      ],
      [
        'of what is scaled to 0',
        { status: conditions(condition('ScalingActive', 'False', 'ScalingDisabled')) },
        'healthy',
      ],
    ],
  ],
  [
    'autoscaling/v1',
    'HorizontalPodAutoscaler',
    [
      [
        'of v1 without metrics',
        {
          metadata: {
            annotations: {
              'autoscaling.alpha.kubernetes.io/conditions': JSON.stringify([
                condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no metrics'),
              ]),
            },
          },
        },
        'degraded: FailedGetResourceMetric: no metrics',
      ],
      [
        'with conditions that nobody can read',
        { metadata: { annotations: { 'autoscaling.alpha.kubernetes.io/conditions': '{' } } },
        'healthy',
      ],
    ],
  ],
  [
    'v1',
    'PersistentVolume',
    [
      ['just made', { status: { phase: 'Pending' } }, 'progressing: not available yet'],
      ['to be claimed', { status: { phase: 'Available' } }, 'healthy'],
      ['given back', { status: { phase: 'Released' } }, 'healthy'],
      [
        'that failed',
        { status: { phase: 'Failed', reason: 'VolumeFailedDelete', message: 'in use' } },
        'degraded: VolumeFailedDelete: in use',
      ],
    ],
  ],
  [
    'v1',
    'ReplicationController',
    [
      ['not available', { spec: { replicas: 1 } }, 'progressing: 0 of 1 replicas available'],
      ['done', { spec: { replicas: 1 }, status: { replicas: 1, availableReplicas: 1 } }, 'healthy'],
    ],
  ],
  [
    'v1',
    'Namespace',
    [
      ['that is active', { status: { phase: 'Active' } }, 'healthy'],
      [
        'that hangs',
        {
          metadata: { deletionTimestamp: 'now' },
          status: {
            phase: 'Terminating',
            ...conditions(
              condition('NamespaceContentRemaining', 'True', '', 'pods. has 1'),
              condition('X', 'False', '', 'no'),
            ),
          },
        },
        'deleting: pods. has 1',
      ],
    ],
  ],
]

for (const [apiVersion, kind, cases] of tables) {
  for (const [what, parts, expected] of cases) {
    test(`a ${kind} ${what} is ${expected.split(':')[0]}`, (t) => {
      const health = healthOf(object(apiVersion, kind, parts))
      t.is('message' in health ? `${health.status}: ${health.message}` : health.status, expected)
    })
  }
}

test('a kind named like a property of every object is a kind like any other', (t) => {
  t.is(healthOf(object('v1', 'constructor', {})).status, 'healthy')
  t.is(healthOf(object('__proto__/v1', '__proto__', {})).status, 'healthy')
})
