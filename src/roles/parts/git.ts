import { RepositoryParts } from '../../control/fleet/repository-parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  _needed: unknown,
  { settings, log, metrics, signal }: StartContext,
): Promise<RepositoryParts> {
  const parts = await RepositoryParts.open({ settings, log, onRetry: () => metrics.retried('template') })
  // Ends hanging requests for remote templates at once, because the parts that use them end first.
  signal.addEventListener('abort', () => void parts.sources[Symbol.asyncDispose](), { once: true })
  return parts
}
