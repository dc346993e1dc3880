/** An answer that is made up, or one of the API server that was read to its end. */
export interface Answer {
  readonly code: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
}

interface StatusDetails {
  readonly reason: string
  readonly message: string
  readonly retryAfterSeconds?: number
}

/** A refusal as the API server words it (Status of meta/v1). */
export function statusAnswer(code: number, details: StatusDetails): Answer {
  const headers = { 'content-type': 'application/json' }
  return { code, headers, body: Buffer.from(JSON.stringify(statusOf(code, details))) }
}

export function statusOf(code: number, { reason, message, retryAfterSeconds }: StatusDetails): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
    ...(retryAfterSeconds !== undefined && { details: { retryAfterSeconds } }),
  }
}

/** A refusal as a load balancer words it. */
export function gatewayAnswer(code: number): Answer {
  const body = Buffer.from(`<html><body><h1>${code}</h1>no server is available</body></html>\n`)
  return { code, headers: { 'content-type': 'text/html' }, body }
}

export function throttledAnswer(seconds: number): Answer {
  const reason = 'TooManyRequests'
  const answer = statusAnswer(429, { reason, message: 'too many requests', retryAfterSeconds: seconds })
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } }
}

export const EXPIRED = { reason: 'Expired', message: 'too old resource version' } as const

export const UNAUTHORIZED: Answer = statusAnswer(401, { reason: 'Unauthorized', message: 'Unauthorized' })
