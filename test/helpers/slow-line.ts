import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How much of what comes is passed on: so many bytes in each so many milliseconds. */
export interface Trickle {
  readonly bytes: number
  readonly everyMs: number
}

/** A TCP line to a server that can be made slow, each way by itself. TLS goes through untouched. */
export interface SlowLine extends AsyncDisposable {
  /** The target's URL, over the line. */
  readonly url: string
  /** What the server sends, from now on; undefined: as fast as it comes. */
  slowDown(trickle: Trickle | undefined): void
  /** What is sent to the server. */
  slowUp(trickle: Trickle | undefined): void
}

/** Starts a line to the server of a URL. */
export async function slowLine(target: string): Promise<SlowLine> {
  const { hostname, port, protocol, pathname } = new URL(target)
  const sockets = new Set<Socket>()
  const pace: { down?: Trickle | undefined; up?: Trickle | undefined } = {}
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    track(client)
    track(upstream)
    void pass(client, upstream, () => pace.up)
    void pass(upstream, client, () => pace.down)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}${pathname === '/' ? '' : pathname}`,
    slowDown: (trickle) => {
      pace.down = trickle
    },
    slowUp: (trickle) => {
      pace.up = trickle
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function pass(from: Socket, to: Socket, trickle: () => Trickle | undefined): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) await passChunk(chunk, to, trickle)
    to.end()
  } catch {
    from.destroy()
    to.destroy()
  }
}

/** Slow or not is looked up piece by piece. */
async function passChunk(chunk: Buffer, to: Socket, trickle: () => Trickle | undefined): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const slow = trickle()
    if (slow) await sleep(slow.everyMs)
    const piece = chunk.subarray(at, slow ? at + slow.bytes : undefined)
    at += piece.length
    if (!to.write(piece)) await once(to, 'drain')
  }
}
