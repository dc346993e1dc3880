import type { Budgets } from '../../../model/budgets.ts'
import type { ExecChannel } from '../../ssh/exec-channel.ts'
import { checkAnswer } from '../check-answer.ts'
import { unreachable } from '../git-fault.ts'
import { readServerWords } from '../server-words.ts'
import { refusedCommand, type Service } from './ssh-fault.ts'

export const CLOSED = 'the connection was closed'
/** Maximum wait for the last words of a command, in milliseconds. */
const WORDS_WITHIN_MS = 5_000

export interface CommandAnswer {
  /** The remote's URL in messages. */
  readonly url: string
  readonly service: Service
  readonly channel: ExecChannel
  readonly budgets: Budgets
  /** Whether the answer brings a pack. */
  readonly hasPack: boolean
}

/**
 * Checks what a command answered. Why it ended early is in its error output.
 * @throws FaultError for any defect
 */
export async function checkCommandAnswer(
  bytes: Buffer,
  { url, service, channel, budgets, hasPack }: CommandAnswer,
): Promise<void> {
  if (!readServerWords(bytes).complete) {
    await channel.endsWithin(WORDS_WITHIN_MS)
    throw refusedCommand(url, service, channel) ?? unreachable(url, wordsFor(bytes))
  }
  checkAnswer(bytes, { url, secrets: [], budgets, hasPack })
}

function wordsFor(bytes: Buffer): string {
  if (bytes.length === 0) return CLOSED
  return bytes.length < 4 || /^[0-9a-f]{4}/i.test(bytes.toString('latin1', 0, 4))
    ? 'the answer is truncated'
    : `the server does not speak Git here: ${bytes.toString('utf8', 0, 200)}`
}
