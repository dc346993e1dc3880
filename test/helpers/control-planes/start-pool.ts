import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { POOL_PORT } from './messages.ts'

/**
 * Starts the thread that lends control planes to test files. It ends with this process.
 * @returns the environment by which `borrow` finds it
 */
export async function startPool(): Promise<Readonly<Record<string, string>>> {
  const thread = new Worker(new URL('serve-pool.ts', import.meta.url))
  const [port] = await once(thread, 'message')
  thread.unref()
  return { [POOL_PORT]: String(port) }
}
