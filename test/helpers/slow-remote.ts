import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request as send } from 'undici'
import { describeGitRequest, type GitCommand } from '../../src/sandbox/git-request.ts'
import type { GitServer } from '../../src/sandbox/git-server.ts'

/** An answer that is held back. */
export interface Target {
  /** Resolves when the Git server has given the answer. */
  readonly answered: Promise<void>
  /** Passes it on. */
  release(): void
}

/** A Git server whose answers take their time where a test wants that. */
export interface SlowRemote extends AsyncDisposable {
  readonly url: string
  /** Holds back the answer to the next request of that kind. */
  hold(command: GitCommand): Target
}

interface Hold extends Target {
  readonly command: GitCommand
  readonly answer: () => void
  readonly released: Promise<void>
}

/** Starts one before a Git server. */
export async function slowRemote(server: Pick<GitServer, 'url'>): Promise<SlowRemote> {
  const holds: Hold[] = []
  const { origin, pathname } = new URL(server.url)
  const proxy = createServer((request, response) => {
    pass(request, response, origin, holds).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`,
    hold: (command) => {
      const hold = newHold(command)
      holds.push(hold)
      return hold
    },
    async [Symbol.asyncDispose]() {
      for (const { release } of holds) release()
      proxy.close()
      proxy.closeAllConnections()
    },
  }
}

function newHold(command: GitCommand): Hold {
  const answered = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  return {
    command,
    answered: answered.promise,
    answer: () => answered.resolve(),
    released: released.promise,
    release: () => released.resolve(),
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
  holds: Hold[],
): Promise<void> {
  const body = Buffer.concat(await request.toArray())
  const { command } = describeGitRequest(request, body)
  const at = holds.findIndex((hold) => hold.command === command)
  const [hold] = at < 0 ? [] : holds.splice(at, 1)
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
  const answer = await send(`${origin}${request.url}`, {
    method: request.method === 'POST' ? 'POST' : 'GET',
    headers,
    body: body.length > 0 ? body : null,
  })
  const bytes = Buffer.from(await answer.body.arrayBuffer())
  hold?.answer()
  await hold?.released
  response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) })
  response.end(bytes)
}
