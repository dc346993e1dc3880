import { type Probes, serveProbes } from '../probes.ts'
import type { StartContext } from '../start-context.ts'

/** Serves probes and metrics of the process in every role; serves nothing if no address is given. */
export async function start(
  _needed: unknown,
  { settings, metrics, health, log }: StartContext,
): Promise<Probes> {
  const { listen } = settings
  if (listen === undefined) return {}
  const { host, port } = listen
  const probes = await serveProbes({ host, port, registry: metrics.registry, health })
  log.info({ url: probes.url }, 'serving probes and metrics')
  return probes
}
