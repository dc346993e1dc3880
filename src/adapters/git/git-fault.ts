import { FaultError, fault } from '../../model/fault.ts'
import { redactUrl } from '../../model/redact-url.ts'
import {
  asksForTls,
  connectionWords,
  isTlsError,
  NEEDS_TLS,
} from '../../support/exchange/connection-words.ts'
import type { Credentials } from './credentials.ts'
import { redactCredentials } from './redact-credentials.ts'

/** The fault of a remote, or of something on the way to it, that did not answer properly. */
export function unreachable(url: string, reason: unknown): FaultError {
  const words = typeof reason === 'string' ? reason : connectionWords(reason)
  const code = isTlsError(reason) ? 'git-tls' : 'git-unreachable'
  return new FaultError(fault(code, `${plainUrl(url)}: ${redactCredentials(words)}`), {
    cause: reason,
  })
}

export function brokenAnswer(url: string): FaultError {
  return unreachable(url, 'the answer is truncated')
}

/** @param what such as `an object` */
export function tooLarge(what: string, limit: number): FaultError {
  return new FaultError(fault('git-too-large', `${what}: more than ${Math.round(limit / 2 ** 20)} MiB`))
}

/** The fault for an HTTP status that is not 200. */
export function refusedStatus(answer: {
  readonly url: string
  readonly statusCode: number
  readonly body: Buffer
  readonly service: 'fetch' | 'push'
  readonly secrets: readonly string[]
  readonly credentials: Credentials | undefined
  /** Whether the fault may quote the body. */
  readonly isQuoted: boolean
}): FaultError {
  if (answer.statusCode === 400 && asksForTls(answer.body.toString('utf8', 0, 2_000)))
    return new FaultError(fault('git-tls', `${plainUrl(answer.url)}: ${NEEDS_TLS}`))
  const words = redactCredentials(answer.body.toString('utf8', 0, 300), answer.secrets)
  const body = !answer.isQuoted || words === '' || words.startsWith('<') ? '' : ` (${words})`
  const details = `${plainUrl(answer.url)}: ${statusText(answer.statusCode)}${body}`
  const none = answer.credentials ? '' : '; no credentials are configured'
  switch (answer.statusCode) {
    case 203:
    case 401:
      return new FaultError(fault('git-unauthorized', details + none))
    case 403:
    case 413:
      return new FaultError(fault(answer.service === 'push' ? 'git-rejected' : 'git-unauthorized', details))
    default:
      return new FaultError(fault('git-unreachable', details))
  }
}

/** The fault for a server's error message, such as `upload-pack: not our ref …`. */
export function serverError(url: string, words: string, secrets: readonly string[]): FaultError {
  const details = `${plainUrl(url)}: ${redactCredentials(words, secrets)}`
  const code = /not our ref|unadvertised object/.test(words) ? 'git-no-commit' : 'git-unreachable'
  return new FaultError(fault(code, details))
}

function plainUrl(url: string): string {
  return redactUrl(url).replace(/\/(?:info\/refs\?service=)?git-(?:upload|receive)-pack$/, '')
}

function statusText(status: number): string {
  switch (status) {
    case 401:
      return '401 Unauthorized'
    case 403:
      return '403 Forbidden'
    case 404:
      return '404 Not Found (no repository at this URL, or no access with these credentials)'
    default:
      return `HTTP status ${status}`
  }
}
