import { isTlsError } from '../../support/exchange/connection-words.ts'
import { ConnectionError } from './api-error.ts'

/**
 * Whether a connection failed over a certificate, the server's or our own. A rotated certificate may be in
 * its file already.
 */
export function isUntrusted(error: unknown): boolean {
  return error instanceof ConnectionError && isTlsError(error)
}
