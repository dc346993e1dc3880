import test from 'ava'
import { hangsIn, hungDeletions } from '../../../src/control/sync/hung-deletions.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ClusterView } from '../../../src/stages/live/cluster-view.ts'

const AT = Date.parse('2026-01-01T00:00:00Z')

function deleted(apiVersion: string, kind: string, ...finalizers: string[]): LiveObject {
  const deletionTimestamp = '2026-01-01T00:00:00Z'
  return {
    apiVersion,
    kind,
    metadata: { name: 'it', uid: 'u', resourceVersion: '1', deletionTimestamp, finalizers },
  }
}

const cases: readonly (readonly [title: string, live: LiveObject, seconds: number])[] = [
  ['a custom resource', deleted('e2e.dev/v1', 'Widget', 'e2e.dev/clean-up'), 60],
  ['one of several finalizers unknown', deleted('v1', 'Service', 'orphan', 'e2e.dev/clean-up'), 60],
  ['a namespace', deleted('v1', 'Namespace'), 300],
  ['a load balancer', deleted('v1', 'Service', 'service.kubernetes.io/load-balancer-cleanup'), 300],
]

for (const [title, live, seconds] of cases) {
  test(`a deletion counts as stuck after a while: ${title}`, (t) => {
    t.is(hangsIn(live, AT + 1_000), (seconds - 1) * 1_000)
    t.is(hangsIn(live, AT + seconds * 1_000), 0)
  })
}

test('it is known who removes the finalizers of Kubernetes itself', async (t) => {
  const claim = deleted('v1', 'PersistentVolumeClaim', 'kubernetes.io/pvc-protection')
  // Nothing has to be asked.
  const [outcome] = await hungDeletions([claim], {} as ClusterView)
  if (outcome === undefined || !('fault' in outcome)) return t.fail()
  t.is(outcome.fault.code, 'deletion-hangs')
  t.regex(
    outcome.fault.message,
    /finalizer kubernetes\.io\/pvc-protection, which kube-controller-manager removes once no Pod/,
  )
})
