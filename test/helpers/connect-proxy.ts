import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

/** An HTTP proxy on this machine. */
export interface ConnectProxy {
  readonly url: string
  /** Hosts and ports that it was asked for. */
  readonly asked: readonly string[]
}

/** Tunnels (CONNECT) and forwards to ports of this machine, whatever the host's name. Gone with the test. */
export async function connectProxy(t: ExecutionContext): Promise<ConnectProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const kept = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '')
    asked.push(url.host)
    const { method = 'GET', headers } = incoming
    const forwarded = request({
      host: '127.0.0.1',
      port: url.port,
      path: url.pathname + url.search,
      method,
      headers,
    })
    forwarded.on('error', () => response.destroy())
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(forwarded)
  })
  server.on('connection', kept)
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url)
    const target = kept(connect(Number(new URL(`http://${url}`).port || 80), '127.0.0.1'))
    target.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(target).pipe(socket)
    })
    target.on('close', () => socket.destroy())
    socket.on('close', () => target.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
