import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { serveHttp } from '../../adapters/http/http-server.ts'
import { logUnforeseen } from '../../support/telemetry/log.ts'
import type { Part } from '../part.ts'
import { probeRoutes } from '../probes.ts'
import type { StartContext } from '../start-context.ts'
import { webhookRoutes } from '../webhooks.ts'

/**
 * Serves probes, metrics and webhooks of the process in every role; serves nothing if no address is given. Where the
 * default port is in use, as by another Reeve on this machine, any free one will do.
 */
export async function start(_needed: unknown, context: StartContext): Promise<Part> {
  const { settings, metrics, health, log } = context
  const { listen } = settings
  if (listen === undefined) return {}
  const { host, port, isDefault = false } = listen
  const routes = [...probeRoutes({ registry: metrics.registry, health }), ...webhookRoutes(context)]
  const onError = (error: unknown) => logUnforeseen(log)(error, anyFault(error))
  const serve = (on: number) => serveHttp({ host, port: on, routes, onError })
  const server = await serve(port).catch((error: unknown) => {
    if (!isDefault || !isInUse(error)) throw error
    log.warn({ port }, 'the default port for probes and metrics is in use; taking a free one')
    return serve(0)
  })
  log.info({ url: server.url }, 'serving probes and metrics')
  return server
}

function isInUse(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'EADDRINUSE') || isInUse(error.cause)
}
