import { type Probes, serveProbes } from '../probes.ts'
import type { StartContext } from '../start-context.ts'

/**
 * Serves probes and metrics of the process in every role; serves nothing if no address is given. Where the
 * default port is in use, as by another Reeve on this machine, any free one will do.
 */
export async function start(
  _needed: unknown,
  { settings, metrics, health, log }: StartContext,
): Promise<Probes> {
  const { listen } = settings
  if (listen === undefined) return {}
  const { host, port, isDefault = false } = listen
  const serve = (on: number) => serveProbes({ host, port: on, registry: metrics.registry, health })
  const probes = await serve(port).catch((error: unknown) => {
    if (!isDefault || !isInUse(error)) throw error
    log.warn({ port }, 'the default port for probes and metrics is in use; taking a free one')
    return serve(0)
  })
  log.info({ url: probes.url }, 'serving probes and metrics')
  return probes
}

function isInUse(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'EADDRINUSE') || isInUse(error.cause)
}
