import { ClusterView } from '../../stages/live/cluster-view.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  { cluster, lease }: Pick<Parts, 'cluster' | 'lease'>,
  { settings, metrics }: StartContext,
): Promise<ClusterView> {
  if (lease.wasAwaited) await cluster.discovery.refresh() // it may have been long
  const view = await ClusterView.open(cluster, settings.name, () => metrics.retried('watch'))
  // Meanwhile; what needs it asks again and gets the error.
  view.findOwned().catch(() => {})
  return view
}
