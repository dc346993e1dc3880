import { FaultError, fault } from '../../model/fault.ts'
import { objectIn, parseJson } from '../../model/json.ts'
import { redactCredentials } from '../git/redact-credentials.ts'
import type { ForgeAnswer, ForgeRequest } from './forge-request.ts'

export type ForgeFaultCode = 'forge-unreachable' | 'forge-unauthorized' | 'forge-rejected' | 'forge-limited'

/** @param words may come from outside; secrets in them are redacted */
export function forgeFault(
  code: ForgeFaultCode,
  words: string,
  { secrets = [], cause }: { readonly secrets?: readonly string[]; readonly cause?: unknown } = {},
): FaultError {
  return new FaultError(fault(code, redactCredentials(words, secrets)), { cause })
}

/** The fault of an answer that is not a success. */
export function refusal(
  request: Pick<ForgeRequest, 'method' | 'url'>,
  { status, text }: Pick<ForgeAnswer, 'status' | 'text'>,
): FaultError {
  const words = wordsOf(text)
  const details = `${requestText(request)}: ${statusText(status)}${words === '' ? '' : ` (${words})`}`
  return forgeFault(codeOf(status), details)
}

/** `POST https://forge.example/api/v1/…`, without its query. */
export function requestText({ method, url }: Pick<ForgeRequest, 'method' | 'url'>): string {
  return `${method} ${url.replace(/[?#].*$/, '')}`
}

/** Texts that no message may contain: the credentials that a request carries. */
export function secretsOf({ headers = {} }: ForgeRequest): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => /^(?:authorization|private-token)$/i.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\S+ /, '')])
    .filter((secret) => secret !== '')
}

function codeOf(status: number): ForgeFaultCode {
  if (status === 401 || status === 403 || status === 404) return 'forge-unauthorized'
  return status >= 500 || status < 300 ? 'forge-unreachable' : 'forge-rejected'
}

function statusText(status: number): string {
  switch (status) {
    case 401:
      return '401 Unauthorized'
    case 403:
      return '403 Forbidden'
    case 404:
      return '404 Not Found (not there, or not for these credentials)'
    default:
      return `HTTP status ${status}`
  }
}

/** What the forge says in its JSON: `message` or `error`, and `errors`. Pages for people say nothing. */
function wordsOf(text: string): string {
  const { message, error, errors } = objectIn(parseJson(text))
  return [message ?? error, errors]
    .filter((part) => part !== undefined && part !== null && part !== '')
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(': ')
}
