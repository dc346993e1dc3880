import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection to the server of a URL, for requests that no client would send. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** All that the server sends until it closes the connection. */
export async function textOf(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  if (!socket.closed) await once(socket, 'close').catch(() => {})
  return text
}

/** The first line that the server sends. */
export async function statusLineOf(socket: Socket): Promise<string> {
  const [first] = await once(socket, 'data')
  return String(first).split('\r\n', 1)[0] ?? ''
}
