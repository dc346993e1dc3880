import { registerSharedWorker } from 'ava/plugin'
import { type ControlPlane, reach } from '../../../src/sandbox/control-plane-access.ts'
import type { Message } from './messages.ts'
import type { LendOptions } from './pooled-control-plane.ts'

export interface Borrowed {
  readonly controlPlane: ControlPlane
  /** Says that all went well, so that the control plane can be lent again when the file has ended. */
  allowReuse(): void
}

/** Borrows a control plane from the pool until the end of the test file. */
export async function borrow(options: LendOptions): Promise<Borrowed> {
  const pool = registerSharedWorker<Message>({
    filename: new URL('worker.ts', import.meta.url),
    supportedProtocols: ['ava-4'],
  })
  await pool.available
  for await (const { data } of pool.publish({ type: 'lend', options }).replies()) {
    if (data.type !== 'lent')
      throw new Error(data.type === 'failed' ? data.error : `a message "${data.type}"`)
    const { directory } = data.access
    return {
      controlPlane: reach(data.access),
      allowReuse: () => void pool.publish({ type: 'reuse', directory }),
    }
  }
  throw new Error('the pool of control planes has ended')
}
