import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BodyPlaces } from './body-places.ts'
import { readBody } from './read-body.ts'
import type { Answer, Route } from './route.ts'

/** Time for which what a refused request still sends is read and dropped, in milliseconds. */
const DROP_FOR_MS = 1_000

export interface AnswerOptions {
  readonly routes: readonly Route[]
  readonly onError: (error: unknown) => void
  readonly places: BodyPlaces
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** A listener for requests that finds the route of each. It never throws. */
export function answerRequest(options: AnswerOptions): Listener {
  return (request, response) => {
    answerOf(request, response, options)
      .catch((error: unknown): Answer => {
        options.onError(error)
        return { status: 500, text: 'internal error\n' }
      })
      .then((answer) => send(request, response, answer, options.onError))
  }
}

async function answerOf(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, places }: AnswerOptions,
): Promise<Answer> {
  const url = URL.parse(request.url ?? '/', 'http://localhost')
  if (url === null) return { status: 400, text: 'bad request\n' }
  const ofPath = routes.filter(({ path }) => path === url.pathname)
  if (ofPath.length === 0) return { status: 404, text: 'not found\n' }
  const route = ofPath.find(({ method }) => method === asked(request))
  if (route === undefined) return notAllowed(ofPath)
  const { body: limits } = route
  return route.handle({
    query: url.searchParams,
    headers: request.headers,
    address: request.socket.remoteAddress ?? '',
    readBody: async () =>
      limits === undefined ? { refused: 413 } : readBody(request, response, limits, places),
  })
}

function asked({ method }: IncomingMessage): string | undefined {
  return method === 'HEAD' ? 'GET' : method
}

function notAllowed(routes: readonly Route[]): Answer {
  const allow = routes.map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ')
  return { status: 405, text: 'method not allowed\n', headers: { allow } }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text, headers, after }: Answer,
  onError: (error: unknown) => void,
): void {
  try {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text)
    if (!request.complete) drop(request)
    after?.()
  } catch (error) {
    onError(error)
    response.destroy()
  }
}

/**
 * Reads and drops what still arrives of a request that is answered: closing the connection at once would keep the
 * answer from who still sends.
 */
function drop(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), DROP_FOR_MS)
  request.once('close', () => clearTimeout(timer)).resume()
}
