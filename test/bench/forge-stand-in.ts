import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Owner and name of its one repository. */
export const REPOSITORY = 'team/fleet'
const GIT = `/${REPOSITORY}.git`
const API = `/api/v1/repos/${REPOSITORY}`
const ACCOUNT = { id: 1, login: 'reeve' }

/** Stands in for a forge: answers at once what Gitea would, and keeps what it is asked. Git goes to a real server. */
export interface ForgeStandIn extends AsyncDisposable {
  readonly url: string
  /** Requests that write so far, and pushes. */
  readonly writes: number
  /** URL of the repository on the Git server. */
  gitUrl: string
  /** Opens a pull request, or moves it. */
  propose(number: number, branch: string, head: string): void
  /** Resolves with Reeve's next comment, or edit of one. */
  commented(): Promise<{ readonly body: string; readonly at: number }>
}

interface Call {
  readonly id: string
  readonly sent: Readonly<Record<string, unknown>>
}

export async function startForgeStandIn(): Promise<ForgeStandIn> {
  const pulls = new Map<number, { readonly branch: string; readonly head: string }>()
  const comments = new Map<number, string>()
  const waiting: ((comment: { readonly body: string; readonly at: number }) => void)[] = []
  let writes = 0
  let gitUrl = ''
  const put = (number: number, body: string) => {
    comments.set(number, body)
    for (const taken of waiting.splice(0)) taken({ body, at: performance.now() })
    return { id: number, user: ACCOUNT, body }
  }
  /** What the path of a request begins with → its answer; `id` is the part of the path after that. */
  const routes: Readonly<Record<string, (call: Call) => unknown>> = {
    '/api/v1/settings/api': () => ({ max_response_items: 50 }),
    '/api/v1/user': () => ACCOUNT,
    [`${API}/pulls`]: ({ id }) => (id === '' ? [...pulls.keys()].map(pullOf) : pullOf(Number(id))),
    [`${API}/commits`]: () => ({ statuses: [] }),
    [`${API}/statuses`]: ({ sent }) => ({ status: sent.state, ...sent }),
    [`${API}/issues/comments`]: ({ id, sent }) => put(Number(id), String(sent.body)),
    [`${API}/issues`]: ({ id, sent }) => {
      if (sent.body !== undefined) return put(Number(id), String(sent.body))
      const body = comments.get(Number(id))
      return body === undefined ? [] : [{ id: Number(id), user: ACCOUNT, body }]
    },
  }
  const answer = async (call: IncomingMessage): Promise<unknown> => {
    const { pathname } = new URL(call.url ?? '', 'http://forge')
    const sent = call.method === 'GET' ? {} : JSON.parse(await text(call))
    if (call.method !== 'GET') writes += 1
    const route = Object.keys(routes).find((path) => pathname === path || pathname.startsWith(`${path}/`))
    const [, id = ''] = pathname.slice(route?.length ?? 0).split('/')
    return route === undefined ? {} : routes[route]?.({ id, sent })
  }
  const pullOf = (number: number) => ({
    number,
    title: `Change ${number}`,
    user: { login: 'ann' },
    html_url: `http://forge/${number}`,
    base: { ref: 'main', repo_id: 1 },
    head: { ref: pulls.get(number)?.branch, sha: pulls.get(number)?.head, repo_id: 1 },
    merged: false,
    state: 'open',
  })
  const server = createServer(async (call, response) => {
    if (call.url?.startsWith(GIT)) {
      if (call.method === 'POST' && call.url.endsWith('/git-receive-pack')) writes += 1
      return passOn(call, response, `${gitUrl}${call.url.slice(GIT.length)}`)
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(await answer(call)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get writes() {
      return writes
    },
    get gitUrl() {
      return gitUrl
    },
    set gitUrl(url) {
      gitUrl = url
    },
    propose: (number, branch, head) => void pulls.set(number, { branch, head }),
    commented: () =>
      new Promise((resolve, reject) => {
        waiting.push(resolve)
        const late = () => reject(new Error('no comment within a minute'))
        AbortSignal.timeout(60_000).addEventListener('abort', late)
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function passOn(call: IncomingMessage, response: ServerResponse, url: string): void {
  const { method, headers } = call
  const onward = request(url, { method: method ?? 'GET', headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  call.pipe(onward)
}
