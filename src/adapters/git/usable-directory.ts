import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage } from '../../model/error-message.ts'
import { FaultError, fault } from '../../model/fault.ts'
import { redactCredentials } from './redact-credentials.ts'

/** Maximum time for a look at the data directory, in milliseconds: a file system that is gone never answers. */
const ANSWERS_WITHIN_MS = 20_000

/**
 * Runs an action on the data directory. @throws FaultError data-dir-unusable for any error but a FaultError
 */
export async function usableDirectory<Result>(
  directory: string,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action()
  } catch (cause) {
    if (cause instanceof FaultError) throw cause
    throw unusable(directory, errorMessage(cause), cause)
  }
}

/**
 * Runs a short action on the data directory, like `usableDirectory`.
 * @throws FaultError data-dir-unusable also if the action does not end in time; it goes on, and its end is
 * ignored
 */
export async function promptDirectory<Result>(
  directory: string,
  action: () => Promise<Result>,
  withinMs = ANSWERS_WITHIN_MS,
): Promise<Result> {
  const over = new AbortController()
  const late = async (): Promise<never> => {
    await sleep(withinMs, undefined, { signal: over.signal })
    throw unusable(directory, `its file system did not answer within ${withinMs / 1000} s`)
  }
  try {
    return await Promise.race([usableDirectory(directory, action), late()])
  } finally {
    over.abort()
  }
}

function unusable(directory: string, words: string, cause?: unknown): FaultError {
  return new FaultError(fault('data-dir-unusable', `${directory} (${redactCredentials(words)})`), { cause })
}
