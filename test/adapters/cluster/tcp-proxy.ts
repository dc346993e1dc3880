import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { CapturingKubeConfig } from '../../../src/adapters/cluster/capturing-kube-config.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'

/** A line between a client and an API server that can be cut. TLS goes through untouched. */
export interface TcpProxy extends AsyncDisposable {
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
  const close = async () => {
    breakAll()
    server.close()
    await once(server, 'close')
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
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The kubeconfig with its cluster at another address. */
export async function kubeConfigAt(file: string, server: string): Promise<CapturingKubeConfig> {
  const config = await loadKubeConfig(file)
  config.clusters = config.clusters.map((cluster) => ({ ...cluster, server }))
  return config
}

/** The same as a file, which goes with the control plane; gives its path. */
export async function kubeConfigFileAt(
  { kubeconfig, directory }: Pick<ControlPlane, 'kubeconfig' | 'directory'>,
  server: string,
): Promise<string> {
  const config = await kubeConfigAt(kubeconfig, server)
  const file = join(directory, `${new URL(server).port}.kubeconfig`)
  await writeFile(file, config.exportConfig())
  return file
}
