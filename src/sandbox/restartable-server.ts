import { createServer, type RequestListener, type Server } from 'node:http'
import { freePort } from './free-port.ts'

/** An HTTP server on 127.0.0.1 that keeps its port across restarts. */
export interface RestartableServer {
  readonly port: number
  /** Starts listening, if it is stopped. */
  start(): Promise<void>
  /** Stops listening and closes every connection. */
  stop(): Promise<void>
}

/** Starts a server on a free port. */
export async function startRestartableServer(listener: RequestListener): Promise<RestartableServer> {
  let { server, port } = await listenAnywhere(listener)
  return {
    port,
    async start() {
      if (server.listening) return
      server = createServer(listener)
      await listen(server, port)
    },
    stop: () => close(server),
  }
}

async function listenAnywhere(listener: RequestListener): Promise<{ server: Server; port: number }> {
  for (;;) {
    const server = createServer(listener)
    const port = await freePort()
    try {
      await listen(server, port)
      return { server, port }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
