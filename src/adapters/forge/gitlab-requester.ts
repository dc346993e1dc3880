import { FaultError } from '../../model/fault.ts'
import { parseJson } from '../../model/json.ts'
import type { ForgeClient } from './forge-client.ts'
import { refusal } from './forge-fault.ts'
import type { ForgeAnswer, ForgeRequest } from './forge-request.ts'

/** The part of a resource of the library that a request needs. */
interface Service {
  /** Of the API, with a slash at the end where the resource has no prefix. */
  readonly url: string
  readonly authHeaders: Readonly<Record<string, () => Promise<string>>>
}

interface Options {
  readonly searchParams?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

/** An answer that is not a success. */
export class GitlabRefusal extends FaultError {
  readonly status: number
  readonly text: string

  constructor(request: ForgeRequest, { status, text }: ForgeAnswer) {
    super(refusal(request, { status, text }).fault)
    this.name = 'GitlabRefusal'
    this.status = status
    this.text = text
  }
}

/** How the library sends requests: by way of the client, until the caller's signal aborts. */
export function gitlabRequester(client: ForgeClient, signal: AbortSignal | undefined) {
  return (service: Service) => {
    const send =
      (method: ForgeRequest['method']) =>
      // The library wants a body of any type that its caller names; Reeve checks what it reads.
      // biome-ignore lint/suspicious/noExplicitAny: as the library declares it
      async (endpoint: string, options: Options = {}): Promise<any> => {
        const request = await requestOf(method, endpoint, service, options)
        const answer = await client.send({ ...request, signal })
        if (answer.status < 200 || answer.status > 299) throw new GitlabRefusal(request, answer)
        const { status, headers, text } = answer
        return { status, headers, body: text === '' ? undefined : parseJson(text) }
      }
    return {
      get: send('GET'),
      post: send('POST'),
      put: send('PUT'),
      patch: send('PATCH'),
      delete: send('DELETE'),
    }
  }
}

async function requestOf(
  method: ForgeRequest['method'],
  endpoint: string,
  { url, authHeaders }: Service,
  { searchParams = {}, body }: Options,
): Promise<ForgeRequest> {
  const query = new URLSearchParams(
    snakeCase(searchParams).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const credentials = await Promise.all(
    Object.entries(authHeaders).map(async ([name, value]) => [name, await value()] as const),
  )
  const hasBody = method !== 'GET' && method !== 'DELETE'
  return {
    method,
    url: `${url.replace(/\/+$/, '')}/${endpoint}${query.size > 0 ? `?${query}` : ''}`,
    headers: {
      accept: 'application/json',
      ...Object.fromEntries(credentials),
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    body: hasBody ? JSON.stringify(Object.fromEntries(snakeCase(body ?? {}))) : undefined,
  }
}

/** The library's names of parameters as the API has them: `perPage` is `per_page`. */
function snakeCase(parameters: object): readonly (readonly [string, unknown])[] {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value])
}
