import { Cluster } from '../../adapters/cluster/cluster.ts'
import { patiently } from '../patiently.ts'
import type { StartContext } from '../start-context.ts'

/** Retries until the API server answers: it may start soon, or be away for long. */
export function start(_needed: unknown, context: StartContext): Promise<Cluster> {
  const { settings, log, metrics, signal } = context
  const options = {
    onWarning: (warning: string) => log.warn({ warning }, 'the API server warns'),
    onRetry: () => metrics.retried('request'),
  }
  return patiently(() => Cluster.connect(settings.kubeconfig, options, signal), context)
}
