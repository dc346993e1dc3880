import { FaultError, fault, isFault } from '../../model/fault.ts'

/** For a push of a change. @throws FaultError change-rejected for git-rejected, else the error */
export function asRejection(error: unknown): never {
  if (!isFault(error, 'git-rejected')) throw error
  const { message } = error.fault
  const details = message.slice(message.indexOf(': ') + 2)
  throw new FaultError(fault('change-rejected', details), { cause: error })
}
