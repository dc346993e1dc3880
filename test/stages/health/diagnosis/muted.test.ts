import test from 'ava'
import type { LiveObject } from '../../../../src/model/object.ts'
import { muted, mutedEvent } from '../../../../src/stages/health/diagnosis/muted.ts'

test('of a muted Pod everything is told but what its containers and their commands said', (t) => {
  const image = { name: 'b', state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', uid: 'u' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'PodScheduled', status: 'False', message: 'no node' }],
      initContainerStatuses: [{ name: 'i', state: { terminated: { exitCode: 2, message: 'hunter2' } } }],
      containerStatuses: [
        image,
        {
          name: 'c',
          state: { waiting: { reason: 'RunContainerError', message: 'exec: "hunter2": not found' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', message: 'hunter2' } },
        },
      ],
    },
  } as unknown as LiveObject
  const { status } = muted(pod) as unknown as { readonly status: Record<string, readonly object[]> }
  t.notRegex(JSON.stringify(status), /hunter2/)
  t.like(status, { phase: 'Running', conditions: [{ message: 'no node' }] })
  t.deepEqual(status.containerStatuses?.[0], image)
  t.like(status.containerStatuses?.[1], { lastState: { terminated: { exitCode: 1, reason: 'Error' } } })
})

test('of a muted Pod Events tell that a probe failed and not its answer, and mounts as before', (t) => {
  const unhealthy = { reason: 'Unhealthy', message: 'Readiness probe failed: hunter2' }
  t.notRegex(JSON.stringify(mutedEvent(unhealthy)), /hunter2/)
  t.is(mutedEvent(unhealthy).reason, 'Unhealthy')
  const mount = { reason: 'FailedMount', message: 'secret "a" not found' }
  t.is(mutedEvent(mount), mount)
})
