import { sourceFault } from '../source-fault.ts'
import type { Answer } from './network.ts'

/**
 * Returns the answer if its status is 200.
 * @throws FaultError unknown-template for 404 and 410, template-unavailable for any other status
 */
export function expectOk(answer: Answer): Answer {
  const { status } = answer
  if (status === 200) return answer
  const { origin, pathname } = new URL(answer.url)
  const url = origin + pathname
  switch (status) {
    case 404:
    case 410:
      throw sourceFault('unknown-template', `${url}: HTTP status ${status}`)
    case 401:
    case 403:
      throw sourceFault(
        'template-unavailable',
        `${url}: HTTP status ${status}, and Reeve has no credentials for it`,
      )
    default:
      throw sourceFault('template-unavailable', `${url}: HTTP status ${status}`)
  }
}
