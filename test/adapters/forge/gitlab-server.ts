import type { ExecutionContext } from 'ava'
import {
  matching,
  pageOf,
  type Received,
  type RecordingServer,
  type Reply,
  recordingServer,
} from './recording-server.ts'

/** Of a subgroup. */
export const PROJECT = 'acme/platform/fleet'
export const HEAD = 'b'.repeat(40)
const TOKENS: Readonly<Record<string, string>> = { 'glpat-reeve': 'reeve-bot' }

export interface MergeRequest {
  readonly iid: number
  readonly source_branch: string
  readonly target_branch?: string
  readonly sha?: string | null
  readonly state?: 'opened' | 'closed' | 'merged' | 'locked'
  readonly source_project_id?: number
  readonly merge_commit_sha?: string | null
  readonly squash_commit_sha?: string | null
}

interface Note {
  readonly id: number
  readonly iid: number
  readonly username: string
  readonly system: boolean
  body: string
}

interface Status {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly name: string
  status: string
  description: string | null
  target_url: string | null
}

export interface GitlabServer extends RecordingServer {
  readonly mergeRequests: MergeRequest[]
  readonly notes: Note[]
  readonly statuses: Status[]
  /** Commits that no branch of the project has. */
  readonly forked: Set<string>
  note(iid: number, username: string, body: string, system?: boolean): void
}

/** A server that answers as GitLab does, by the examples and rules of its documentation. */
export async function gitlabServer(t: ExecutionContext): Promise<GitlabServer> {
  const mergeRequests: MergeRequest[] = []
  const notes: Note[] = []
  const statuses: Status[] = []
  const forked = new Set<string>()
  const note = (iid: number, username: string, body: string, system = false): Note => {
    const added = { id: 300 + notes.length, iid, username, body, system }
    notes.push(added)
    return added
  }
  const base = `/projects/${encodeURIComponent(PROJECT)}`
  const routes: Readonly<Record<string, (request: Received, ...names: readonly string[]) => Reply>> = {
    'GET /user': ({ headers }) => ({
      body: { id: 5, username: TOKENS[String(headers['private-token'])], name: 'Reeve', state: 'active' },
    }),
    [`GET ${base}`]: () => ({ body: { id: 3, path_with_namespace: PROJECT } }),
    [`GET ${base}/merge_requests`]: (request) => {
      const { query } = request
      const fitting = mergeRequests.filter(
        ({ state = 'opened', target_branch = 'main', source_branch }) =>
          (query.get('state') ?? state) === state &&
          query.get('target_branch') === target_branch &&
          (query.get('source_branch') ?? source_branch) === source_branch,
      )
      const isNewestFirst = (query.get('sort') ?? 'desc') === 'desc'
      return paged(request, (isNewestFirst ? fitting.toReversed() : fitting).map(asMergeRequest))
    },
    [`POST ${base}/merge_requests`]: ({ body }) => {
      const { source_branch, target_branch, title } = body as {
        readonly source_branch: string
        readonly target_branch: string
        readonly title: string
      }
      if (title === '') return { status: 400, body: { message: { title: ["can't be blank"] } } }
      const existing = mergeRequests.find(
        (each) => each.source_branch === source_branch && (each.state ?? 'opened') === 'opened',
      )
      if (existing)
        return {
          status: 409,
          body: {
            message: [`Another open merge request already exists for this source branch: !${existing.iid}`],
          },
        }
      const added = { iid: mergeRequests.length + 1, source_branch, target_branch }
      mergeRequests.push(added)
      return { status: 201, body: asMergeRequest(added) }
    },
    [`GET ${base}/merge_requests/*`]: (_, iid) => {
      const found = mergeRequests.find((each) => each.iid === Number(iid))
      return found ? { body: asMergeRequest(found) } : MISSING
    },
    [`GET ${base}/merge_requests/*/notes`]: (request, iid) =>
      paged(request, notes.filter((each) => each.iid === Number(iid)).map(asNote)),
    [`POST ${base}/merge_requests/*/notes`]: ({ body, headers }, iid) => {
      const username = TOKENS[String(headers['private-token'])] ?? ''
      return { status: 201, body: asNote(note(Number(iid), username, bodyIn(body))) }
    },
    [`PUT ${base}/merge_requests/*/notes/*`]: ({ body }, _, id) => {
      const found = notes.find((each) => each.id === Number(id))
      if (!found) return MISSING
      found.body = bodyIn(body)
      return { body: asNote(found) }
    },
    [`DELETE ${base}/merge_requests/*/notes/*`]: (_request, _iid, id) => {
      notes.splice(
        notes.findIndex((each) => each.id === Number(id)),
        1,
      )
      return { status: 204 }
    },
    [`GET ${base}/repository/commits/*/statuses`]: (request, sha) => {
      const name = request.query.get('name')
      return paged(
        request,
        statuses.filter((each) => each.sha === sha && (name ?? each.name) === each.name),
      )
    },
    [`GET ${base}/repository/commits/*/merge_requests`]: (request, sha) =>
      paged(request, mergeRequests.filter((each) => each.sha === sha).map(asMergeRequest)),
    [`POST ${base}/statuses/*`]: ({ body }, sha = '') => {
      const asked = body as AskedStatus
      const { state, name, description, target_url = null, ref = 'main' } = asked
      const latest = statuses.findLast((each) => each.sha === sha && each.name === name)
      const running = latest && ['pending', 'running'].includes(latest.status) ? latest : undefined
      const refused = refusedStatus(asked, forked.has(sha), running)
      if (refused) return refused
      const id = running?.id ?? statuses.length + 1
      const added = { id, sha, name, ref, status: state, description, target_url }
      if (running) statuses.splice(statuses.indexOf(running), 1, added)
      else statuses.push(added)
      return { status: 201, body: { ...added, author: { username: 'reeve-bot' }, allow_failure: false } }
    },
  }
  const server = await recordingServer(t, '/api/v4', (request) => {
    if (request.path === '/version' || TOKENS[String(request.headers['private-token'])] === undefined)
      return { status: 401, body: { message: '401 Unauthorized' } }
    for (const [route, reply] of Object.entries(routes)) {
      const names = matching(route, request)
      if (names) return reply(request, ...names)
    }
    return MISSING
  })
  return { ...server, mergeRequests, notes, statuses, forked, note }
}

interface AskedStatus {
  readonly state: string
  readonly name: string
  readonly description: string
  readonly target_url?: string
  readonly ref?: string
}

function refusedStatus(
  { state, target_url = '', ref }: AskedStatus,
  isForked: boolean,
  running: Status | undefined,
): Reply | undefined {
  if (target_url.length > 255)
    return { status: 400, body: { message: { target_url: ['is too long (maximum is 255 characters)'] } } }
  if (!['pending', 'running', 'success', 'failed', 'canceled'].includes(state))
    return { status: 400, body: { error: 'state does not have a valid value' } }
  if (isForked && ref === undefined)
    return { status: 404, body: { message: '404 References for commit Not Found' } }
  if (running?.status !== state) return undefined
  const event = state === 'pending' ? 'enqueue' : 'run'
  const reason = `Status cannot transition via "${event}"`
  const message = `Cannot transition status via :${event} from :${state} (Reason(s): ${reason})`
  return { status: 400, body: { message } }
}

const MISSING: Reply = { status: 404, body: { message: '404 Not found' } }

function asMergeRequest({ target_branch = 'main', sha = HEAD, state = 'opened', ...more }: MergeRequest) {
  return {
    id: 1000 + more.iid,
    project_id: 3,
    target_project_id: 3,
    source_project_id: 3,
    title: 'Change things',
    description: null,
    author: { id: 1, username: 'ann', name: 'Ann' },
    web_url: `https://gitlab.example/${PROJECT}/-/merge_requests/${more.iid}`,
    draft: false,
    merge_commit_sha: null,
    squash_commit_sha: null,
    target_branch,
    sha,
    state,
    ...more,
  }
}

function asNote({ id, iid, username, body, system }: Note) {
  return { id, body, system, noteable_iid: iid, noteable_type: 'MergeRequest', author: { username } }
}

function bodyIn(body: unknown): string {
  return (body as { readonly body: string }).body
}

function paged(request: Received, all: readonly unknown[]): Reply {
  const { items, next } = pageOf(all, request)
  const link = `<https://gitlab.example/api/v4/x?page=${next}>; rel="next"`
  const headers = { 'x-next-page': String(next ?? ''), 'x-page': request.query.get('page') ?? '1' }
  return { headers: { ...headers, ...(next !== undefined && { link }) }, body: items }
}
