import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { messagesOf, send } from './messages.ts'
import type { ControlPlanePool, Loan } from './pool.ts'

// A thread of the process that runs all test files: it owns the control planes that they share, and posts the
// port at which it lends them. Each loan ends with the process of its file, however that ends; only then does
// nothing of the file go on any more.
let pool: Promise<ControlPlanePool> | undefined
const server = createServer((socket) => void serve(socket))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
parentPort?.postMessage(typeof address === 'object' && address?.port)

async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => {}) // the file has ended
  let loan: Loan | undefined
  let reuse = false
  try {
    for await (const message of messagesOf(socket)) {
      if (message.type === 'lend') {
        loan = await (await openPool()).lend(message.options)
        await send(socket, { type: 'lent', access: loan.access })
      }
      reuse ||= message.type === 'reuse'
    }
  } catch (error) {
    await send(socket, { type: 'failed', error: String(error) })
  }
  await loan?.end({ reuse })
}

/** Most runs of a few files need none, so that it is loaded when one is wanted. */
function openPool(): Promise<ControlPlanePool> {
  pool ??= import('./pool.ts').then(({ ControlPlanePool }) => new ControlPlanePool())
  return pool
}
