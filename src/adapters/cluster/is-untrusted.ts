import { ConnectionError } from './api-error.ts'

/** Names of Node.js (tls, "X509 certificate error codes") and of OpenSSL. */
const CERTIFICATE =
  /^ERR_(TLS|SSL|OSSL)_|CERT|SIGNATURE|CRL|ISSUER|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH/

/**
 * Whether a connection failed over a certificate, the server's or our own. It may have been rotated,
 * and be in its file already.
 */
export function isUntrusted(error: unknown): boolean {
  return error instanceof ConnectionError && CERTIFICATE.test(error.code)
}
