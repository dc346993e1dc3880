import type { SharedWorker } from 'ava/plugin'
import type { Message } from './messages.ts'
import { ControlPlanePool, type Loan } from './pool.ts'

/**
 * The thread that ava starts once a run: it owns the control planes that the test files share. Each loan
 * ends with the thread of its file, however that ends; only then does nothing of the file go on any more.
 */
export default async function run({ negotiateProtocol }: SharedWorker.FactoryOptions): Promise<void> {
  const pool = new ControlPlanePool()
  const reusable = new Set<string>()
  for await (const message of negotiateProtocol<Message>(['ava-4']).ready().subscribe()) {
    const { data } = message
    if (data.type === 'reuse') reusable.add(data.directory)
    if (data.type === 'lend') void serve(message, pool.lend(data.options), reusable)
  }
}

async function serve(
  message: SharedWorker.ReceivedMessage<Message>,
  lending: Promise<Loan>,
  reusable: ReadonlySet<string>,
): Promise<void> {
  message.testWorker.teardown(async () => {
    const loan = await lending.catch(() => undefined)
    await loan?.end({ reuse: reusable.has(loan.access.directory) })
  })
  try {
    const { access } = await lending
    message.reply({ type: 'lent', access })
  } catch (error) {
    message.reply({ type: 'failed', error: String(error) })
  }
}
