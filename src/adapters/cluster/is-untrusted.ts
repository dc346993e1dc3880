import { ConnectionError } from './api-error.ts'

/** Error codes of Node.js (tls, "X509 certificate error codes") and of OpenSSL. */
const CERTIFICATE =
  /^ERR_(TLS|SSL|OSSL)_|CERT|SIGNATURE|CRL|ISSUER|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH/

/**
 * Whether a connection failed over a certificate, the server's or our own. A rotated certificate may be in
 * its file already.
 */
export function isUntrusted(error: unknown): boolean {
  return error instanceof ConnectionError && CERTIFICATE.test(error.code)
}
