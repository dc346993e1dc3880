/** The answer does not begin as one of HTTP does; other errors of llhttp are about its further content. */
const NO_HTTP = /^HPE_INVALID_CONSTANT$/

/** What an error of a connection means, by its code of Node.js, OpenSSL, getaddrinfo(3) or llhttp. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^CERT_NOT_YET_VALID$/, 'the certificate is not valid yet: is the clock of this machine right?'],
  [/^CERT_HAS_EXPIRED$/, 'the certificate has expired: is the clock of this machine right?'],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/,
    'no trusted authority has signed the certificate',
  ],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE)$|^EPROTO$/,
    'the server does not speak TLS at this port: use http:// instead of https://?',
  ],
  [NO_HTTP, 'the server does not speak HTTP at this port: use https:// instead of http://?'],
  [/^ENOTFOUND$/, 'the host name is unknown to DNS'],
  [/^EAI_AGAIN$/, 'the name server does not answer'],
]

/** Answers of TLS servers (Go, nginx, Apache) to plain HTTP. */
const PLAIN_TO_TLS =
  /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL/i

export const NEEDS_TLS = 'the server speaks TLS at this port: use https:// instead of http://'

/** Describes an error of a connection: Node's message, or its code if it has none, and what it means. */
export function connectionWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(connectionWords))].join(', ')
  const code = codeOf(error)
  const words = error.message === '' ? code || error.name : error.message
  const meaning = MEANINGS.find(([codes]) => codes.test(code))?.[1]
  return meaning === undefined ? words : `${meaning} (${words})`
}

/** Whether a connection failed over TLS: its certificate, or because only one of both sides speaks it. */
export function isTlsError(error: unknown): boolean {
  return error instanceof Error && (TLS.test(codeOf(error)) || NO_HTTP.test(codeOf(error)))
}

/** Whether a server's answer says that it expects TLS. */
export function asksForTls(body: string): boolean {
  return PLAIN_TO_TLS.test(body)
}

/** Error codes of Node.js (tls, "X509 certificate error codes") and of OpenSSL. */
const TLS =
  /^ERR_(TLS|SSL|OSSL)_|CERT|SIGNATURE|CRL|ISSUER|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|^EPROTO$/

function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : ''
}
