import { ifRequestFails } from '../../adapters/cluster/api-error.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { objectIn } from '../../model/json.ts'
import { describeKey, gvkOf, idOf, keyOf, type LiveObject } from '../../model/object.ts'
import type { Outcome } from '../../model/status.ts'
import { deletionHealth } from '../../stages/health/deletion.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { lastWriterOf } from '../../stages/plan/ownership/last-writer.ts'

/** Time after which an object that is being deleted and is still there counts as stuck, in milliseconds. */
const HANGS_AFTER_MS = 60_000
/** The same for what is known to take its time: namespaces with all that they hold, volumes, load balancers. */
const SLOW_HANGS_AFTER_MS = 300_000
/** Time for which a command waits for an object that is being deleted, in milliseconds. */
const AWAITED_MS = 60_000

/** Maximum number of objects of which the last writer is looked up: mostly it is the same for all. */
const MOST_ASKED = 20

/** Who removes well-known finalizers, and when. */
const REMOVERS: ReadonlyMap<string, string> = new Map([
  ['foregroundDeletion', 'the garbage collector removes once everything that the object owns is gone'],
  ['orphan', 'the garbage collector removes once nothing refers to the object as its owner'],
  ['kubernetes.io/pvc-protection', 'kube-controller-manager removes once no Pod uses the claim'],
  ['kubernetes.io/pv-protection', 'kube-controller-manager removes once no claim is bound to the volume'],
  ['batch.kubernetes.io/job-tracking', "kube-controller-manager's Job controller removes"],
  ['service.kubernetes.io/load-balancer-cleanup', 'the cloud controller manager removes'],
  ['customresourcecleanup.apiextensions.k8s.io', 'the API server removes once no object of the kind is left'],
  ['resources-finalizer.argocd.argoproj.io', 'Argo CD removes'],
  ['finalizers.fluxcd.io', 'Flux removes'],
])

/** Milliseconds until an object that is being deleted counts as stuck; 0 if it does. */
export function hangsIn(live: LiveObject, now: number): number {
  return leftOf(live, isSlow(live) ? SLOW_HANGS_AFTER_MS : HANGS_AFTER_MS, now)
}

/** Until when a command waits for an object that is being deleted, in ms since the epoch. */
export function awaitedUntil(live: LiveObject, now: number): number {
  return now + leftOf(live, AWAITED_MS, now)
}

function leftOf({ metadata }: LiveObject, limit: number, now: number): number {
  const since = Date.parse(metadata.deletionTimestamp ?? '')
  return Number.isNaN(since) ? limit : Math.max(0, since + limit - now)
}

function isSlow({ apiVersion, kind, metadata: { finalizers = [] } }: LiveObject): boolean {
  if (apiVersion === 'v1' && kind === 'Namespace') return true
  return finalizers.length > 0 && finalizers.every((name) => REMOVERS.has(name))
}

/** Outcomes of deletions that are stuck: what holds each, and who should have done it. */
export function hungDeletions(stuck: readonly LiveObject[], view: ClusterView): Promise<readonly Outcome[]> {
  const outcomes = stuck.map(async (live, index): Promise<Outcome> => {
    const fault = await hungDeletion(live, index < MOST_ASKED ? view : undefined)
    return { result: 'blocked', key: keyOf(live), fault }
  })
  return Promise.all(outcomes)
}

async function hungDeletion(live: LiveObject, view: ClusterView | undefined): Promise<Fault> {
  const key = keyOf(live)
  const details = (await holders(live, view)) ?? 'no finalizer holds it'
  return fault('deletion-hangs', `${describeKey(key)}: ${details}`, { object: idOf(key) })
}

async function holders(live: LiveObject, view: ClusterView | undefined): Promise<string | undefined> {
  const { finalizers = [] } = live.metadata
  if (finalizers.length === 0) {
    const health = deletionHealth(live)
    return health && 'message' in health ? health.message : undefined
  }
  const known = finalizers.flatMap((name) =>
    REMOVERS.has(name) ? `${name}, which ${REMOVERS.get(name)}` : [],
  )
  const others = finalizers.filter((name) => !REMOVERS.has(name))
  const writer = view && others.length > 0 ? await lastWriter(live, view) : undefined
  const unknown = others.length === 0 ? [] : [`${others.join(', ')}${writer ?? ''}`]
  return `it waits for its ${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${[...known, ...unknown].join('; ')}`
}

/** The cache leaves out metadata.managedFields, which tell it. */
async function lastWriter(live: LiveObject, view: ClusterView): Promise<string | undefined> {
  const resource = view.kinds.resource(gvkOf(live))
  const shown = resource && (await view.client.get(resource, keyOf(live)).catch(ifRequestFails(undefined)))
  const manager = shown && lastWriterOf(shown, ['/metadata/finalizers'])
  return manager === undefined ? undefined : `; ${manager} wrote it last${idle(manager, view)}`
}

/** Says so if a Deployment of that name among Reeve's objects has nothing ready. */
function idle(manager: string, { cache }: ClusterView): string {
  for (const live of cache.all()) {
    if (live.kind !== 'Deployment' || live.metadata.name !== manager) continue
    const ready = Number(objectIn(live.status).readyReplicas ?? 0)
    if (ready === 0) return `, and ${describeKey(keyOf(live))} has 0 ready`
  }
  return ''
}
