import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Limits the connections of a server. At the limit a new one is taken, and the one that has been without a new
 * request for longest is closed: who holds connections does not keep others out.
 */
export function limitConnections(server: Server, limit: number): void {
  /** The one that was used last is the last. */
  const open = new Set<Socket>()
  const use = (socket: Socket) => {
    open.delete(socket)
    open.add(socket)
  }
  server.on('connection', (socket) => {
    use(socket)
    socket.once('close', () => open.delete(socket))
    const [oldest] = open
    if (open.size > limit) oldest?.destroy()
  })
  const onRequest = ({ socket }: { readonly socket: Socket }) => {
    if (open.has(socket)) use(socket)
  }
  server.on('request', onRequest).on('checkContinue', onRequest)
}
