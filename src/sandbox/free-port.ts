import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the ephemeral ports of Linux (from 32768) and macOS (from 49152), so that a restarted server finds
// its port still free.
const lowest = 20_000
const highest = 32_767

/** A TCP port of 127.0.0.1 that is free now; another process may still take it first. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('listening', () => server.close(() => resolve(true)))
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(port, '127.0.0.1')
  })
}
