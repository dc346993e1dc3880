import { RepositoryParts } from '../../control/fleet/repository-parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  _needed: unknown,
  { settings, log, metrics, signal }: StartContext,
): Promise<RepositoryParts> {
  const parts = await RepositoryParts.open({ settings, log, onRetry: () => metrics.retried('template') })
  // What hangs on a template of another place ends first: what works with it is waited for.
  signal.addEventListener('abort', () => void parts.sources[Symbol.asyncDispose](), { once: true })
  return parts
}
