import { type Dispatcher, request as send } from 'undici'
import { FaultError } from '../../model/fault.ts'
import { ByteCollector } from '../../support/exchange/byte-collector.ts'
import { connectionWords } from '../../support/exchange/connection-words.ts'
import { startPace } from '../../support/exchange/pace.ts'
import { plainHeaders } from '../../support/exchange/plain-headers.ts'
import { redactSecrets } from '../git/redact-credentials.ts'
import { forgeFault, requestText, secretsOf } from './forge-fault.ts'
import type { ForgeLimits } from './forge-limits.ts'
import type { ForgeAnswer, ForgeRequest } from './forge-request.ts'

/** An answer that exceeds its maximum size. */
export class LargeAnswer extends FaultError {
  override readonly name = 'LargeAnswer'
}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher
  readonly limits: ForgeLimits
  readonly closed: AbortSignal
}

/**
 * One request and its answer of any status, bounded in time and size.
 * @throws FaultError forge-unreachable without an answer; LargeAnswer; the reason of the caller's own signal
 */
export async function exchange(
  request: ForgeRequest,
  { dispatcher, limits, closed }: ExchangeOptions,
): Promise<ForgeAnswer> {
  const { method, url, headers, body, signal } = request
  const pace = startPace({ silenceMs: limits.silenceMs, totalMs: limits.totalMs })
  try {
    const response = await send(url, {
      dispatcher,
      method,
      headers: { 'user-agent': 'reeve', ...headers },
      ...(body !== undefined && { body }),
      signal: AbortSignal.any([pace.tooSlow, closed, ...(signal ? [signal] : [])]),
      // Undici's own timeouts do not run while a request waits for a connection.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const answer = new ByteCollector()
    for await (const chunk of response.body) {
      pace.moved(chunk.length)
      answer.add(chunk)
      if (answer.size > limits.answerBytes) throw largeAnswer(request, limits)
    }
    const { statusCode: status } = response
    const text = answer.bytes().toString('utf8')
    // What a server says of a failure may quote the request.
    return {
      status,
      headers: plainHeaders(response.headers),
      text: status < 400 ? text : redactSecrets(text, secretsOf(request)),
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof FaultError) throw error
    throw forgeFault('forge-unreachable', `${requestText(request)}: ${connectionWords(error)}`, {
      secrets: secretsOf(request),
      cause: error,
    })
  } finally {
    pace.end()
  }
}

function largeAnswer(request: ForgeRequest, { answerBytes }: ForgeLimits): LargeAnswer {
  const size = answerBytes < 1 << 20 ? `${answerBytes} bytes` : `${answerBytes >> 20} MiB`
  return new LargeAnswer(
    forgeFault('forge-rejected', `${requestText(request)}: the answer has more than ${size}`).fault,
  )
}
