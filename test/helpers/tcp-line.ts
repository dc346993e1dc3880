import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP line to a server of this machine that can break. */
export interface TcpLine extends AsyncDisposable {
  readonly port: number
  /** How many connections were made. */
  readonly connections: number
  /** Cuts the line when so many more bytes have come from the server. */
  cutAfter(bytes: number): void
  /** Passes on nothing more over the connections that are there, and keeps them. */
  freeze(): void
  /** Passes on all again, over new connections; ends those that are there. */
  mend(): void
}

export async function tcpLine(target: number): Promise<TcpLine> {
  const sockets = new Set<Socket>()
  const frozen = new WeakSet<Socket>()
  const state = { left: Number.POSITIVE_INFINITY, connections: 0 }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    state.connections += 1
    const upstream = connect(target, '127.0.0.1')
    track(client)
    track(upstream)
    client.on('data', (chunk) => frozen.has(client) || upstream.write(chunk)).on('end', () => upstream.end())
    upstream
      .on('data', (chunk: Buffer) => {
        if (frozen.has(client)) return
        client.write(chunk.subarray(0, state.left))
        state.left -= chunk.length
        if (state.left <= 0) cut()
      })
      .on('end', () => client.end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return state.connections
    },
    cutAfter: (bytes) => {
      state.left = bytes
    },
    freeze: () => {
      for (const socket of sockets) frozen.add(socket)
    },
    mend: () => {
      state.left = Number.POSITIVE_INFINITY
      cut()
    },
    async [Symbol.asyncDispose]() {
      server.close()
      cut()
    },
  }
}
