import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { ExecutionContext } from 'ava'
import type { Certificate } from './certificate.ts'

/** Serves a port of this machine over TLS as well. Gone with the test. @returns its port */
export async function tlsFront(
  t: ExecutionContext,
  { certificate, key }: Certificate,
  port: number,
): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ cert: certificate, key, ALPNProtocols: ['http/1.1'] }, (socket) => {
    const target = connect(port, '127.0.0.1')
    for (const each of [socket, target]) {
      sockets.add(each)
      each.on('error', () => each.destroy()).on('close', () => sockets.delete(each))
    }
    socket.pipe(target).pipe(socket)
  })
  server.on('tlsClientError', () => {}) // a client that does not trust it
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}
