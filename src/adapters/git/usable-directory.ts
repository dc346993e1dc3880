import { FaultError, fault } from '../../model/fault.ts'
import { redactCredentials } from './redact-credentials.ts'

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
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new FaultError(fault('data-dir-unusable', `${directory} (${redactCredentials(words)})`), { cause })
  }
}
