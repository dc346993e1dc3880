import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP line to a server of this machine that can break. */
export interface TcpLine extends AsyncDisposable {
  readonly port: number
  /** How many connections were made. */
  readonly connections: number
  /** Cuts the line when so many more bytes have come from one side: how far it is with what it sends. */
  cutAfter(bytes: number, from?: 'server' | 'client'): void
  /** Passes on nothing more over the connections that are there, and keeps them. */
  freeze(): void
  /** Passes on all again, over new connections; ends those that are there. */
  mend(): void
}

export async function tcpLine(target: number): Promise<TcpLine> {
  const sockets = new Set<Socket>()
  const frozen = new WeakSet<Socket>()
  const left = { server: Number.POSITIVE_INFINITY, client: Number.POSITIVE_INFINITY }
  let connections = 0
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    connections += 1
    const upstream = connect(target, '127.0.0.1')
    track(client)
    track(upstream)
    const pass = (from: 'server' | 'client', to: Socket) => (chunk: Buffer) => {
      if (frozen.has(client)) return
      to.write(chunk.subarray(0, Math.max(0, left[from])))
      left[from] -= chunk.length
      if (left[from] <= 0) cut()
    }
    client.on('data', pass('client', upstream)).on('end', () => upstream.end())
    upstream.on('data', pass('server', client)).on('end', () => client.end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    cutAfter: (bytes, from = 'server') => {
      left[from] = bytes
    },
    freeze: () => {
      for (const socket of sockets) frozen.add(socket)
    },
    mend: () => {
      left.server = Number.POSITIVE_INFINITY
      left.client = Number.POSITIVE_INFINITY
      cut()
    },
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
    },
  }
}
