import { FaultError, fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { connectionWords } from '../../support/exchange/connection-words.ts'
import { redactCredentials } from '../git/redact-credentials.ts'

/** Of a package whose origin is not proven as the configuration requires. */
export const PROVENANCE_FAULTS = [
  'missing-provenance',
  'bad-provenance',
  'untrusted-signer',
  'provenance-keys',
] as const satisfies readonly FaultCode[]

/** The fault that makes a template unavailable. `words` may come from outside, and are redacted. */
export function sourceFault(
  code: Extract<
    FaultCode,
    | 'template-unavailable'
    | 'template-digest'
    | 'unknown-template'
    | 'bad-template'
    | 'template-too-large'
    | 'chart-index-too-large'
    | (typeof PROVENANCE_FAULTS)[number]
  >,
  words: string,
  cause?: unknown,
): FaultError {
  return new FaultError(fault(code, redactCredentials(words)), { cause })
}

/** Turns a fault of Git into one of the template, and any error that is no fault into one of the network. */
export function asSourceFault(error: unknown): FaultError {
  if (!(error instanceof FaultError))
    return sourceFault('template-unavailable', connectionWords(error), error)
  const { code, message } = error.fault
  if (code === 'git-no-commit') return sourceFault('unknown-template', message, error)
  if (code === 'git-too-large') return sourceFault('template-too-large', message, error)
  return code.startsWith('git-') || code.startsWith('data-dir-')
    ? sourceFault('template-unavailable', message, error)
    : error
}
