import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { deserialize, serialize } from 'node:v8'
import type { ControlPlaneAccess } from '../../../src/sandbox/control-plane-access.ts'
import type { LendOptions } from './pooled-control-plane.ts'

/** Name of the environment variable with the port at which the pool is reached. */
export const POOL_PORT = 'REEVE_TEST_POOL_PORT'

/** What test files and the pool tell each other, one a line. A connection is a loan. */
export type Message =
  | { readonly type: 'lend'; readonly options: LendOptions }
  /** The answer to it. */
  | { readonly type: 'lent'; readonly access: ControlPlaneAccess }
  | { readonly type: 'failed'; readonly error: string }
  /** The control plane may be lent again once the connection has ended. */
  | { readonly type: 'reuse' }

/** Resolves when the message has left this process. */
export function send(socket: Socket, message: Message): Promise<void> {
  return new Promise(
    (resolve) => void socket.write(`${serialize(message).toString('base64')}\n`, () => resolve()),
  )
}

/** Ends with the connection. */
export async function* messagesOf(socket: Socket): AsyncGenerator<Message> {
  for await (const line of createInterface({ input: socket })) yield deserialize(Buffer.from(line, 'base64'))
}
