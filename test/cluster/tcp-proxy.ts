import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { CapturingKubeConfig } from '../../src/cluster/capturing-kube-config.ts'
import { loadKubeConfig } from '../../src/cluster/load-kube-config.ts'

/** A line between a client and an API server that can be cut. TLS goes through untouched. */
export interface TcpProxy {
  readonly url: string
  /** Connections made so far. */
  connections(): number
  /** Breaks all connections and accepts none until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  let connections = 0
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    track(client)
    if (isCut) return void client.resetAndDestroy()
    connections++
    const upstream = connect(Number(port), hostname)
    track(upstream)
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const breakAll = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    connections: () => connections,
    cut: () => {
      isCut = true
      breakAll()
    },
    mend: () => {
      isCut = false
    },
    close: async () => {
      breakAll()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The kubeconfig with its cluster at another address. */
export async function kubeConfigAt(file: string, server: string): Promise<CapturingKubeConfig> {
  const config = await loadKubeConfig(file)
  config.clusters = config.clusters.map((cluster) => ({ ...cluster, server }))
  return config
}
