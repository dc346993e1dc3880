import { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  { cluster, lease }: Pick<Parts, 'cluster' | 'lease'>,
  { settings, metrics }: StartContext,
): Promise<ClusterView> {
  if (lease.wasAwaited) await cluster.discovery.refresh() // the wait may have been long
  const view = await ClusterView.open(cluster, settings.name, () => metrics.retried('watch'))
  // Runs in the background; callers that need the result ask again and get the error.
  view.findOwned().catch(() => {})
  return view
}
