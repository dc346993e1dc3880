import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type ControlPlane, reach } from '../../../src/sandbox/control-plane-access.ts'
import { messagesOf, POOL_PORT, send } from './messages.ts'
import type { LendOptions } from './pooled-control-plane.ts'

export interface Borrowed {
  readonly controlPlane: ControlPlane
  /** Says that all went well, so that the control plane can be lent again when this process has ended. */
  allowReuse(): Promise<void>
}

/** Borrows a control plane from the pool until the end of the test file. */
export async function borrow(options: LendOptions): Promise<Borrowed> {
  const socket = connect(Number(process.env[POOL_PORT]), '127.0.0.1')
  await once(socket, 'connect')
  await send(socket, { type: 'lend', options })
  const controlPlane = reach(await lent(socket))
  socket.unref()
  return { controlPlane, allowReuse: () => send(socket, { type: 'reuse' }) }
}

async function lent(socket: Socket) {
  const { value } = await messagesOf(socket).next()
  if (value?.type === 'lent') return value.access
  throw new Error(value?.type === 'failed' ? value.error : 'the pool of control planes has ended')
}
