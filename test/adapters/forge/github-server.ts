import { createHash, type KeyObject, verify } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import { GithubDescription } from './github-description.ts'
import {
  matching,
  pageOf,
  type Received,
  type RecordingServer,
  type Reply,
  recordingServer,
} from './recording-server.ts'

export const REPOSITORY = 'acme/fleet'
export const HEAD = 'a'.repeat(40)
let installations = 76
const description = new GithubDescription()

export interface GithubPull {
  readonly number: number
  readonly head: string
  readonly branch: string
  readonly target?: string
  readonly isFork?: boolean
  readonly state?: 'open' | 'closed' | 'merged'
}

interface Comment {
  readonly id: number
  readonly issue: number
  readonly login: string
  body: string
}

interface Status {
  readonly sha: string
  readonly context: string
  readonly state: string
  readonly description: string
  readonly target_url?: string
}

interface CheckRun {
  readonly id: number
  readonly head_sha: string
  readonly annotations: unknown[]
  external_id: string
  status: string
}

export interface GithubServer extends RecordingServer {
  /** Of the App. */
  readonly installation: number
  /** Tokens that are valid, and the login of each; the App gets `ghs_1`, `ghs_2` and so on. */
  readonly tokens: Map<string, string>
  /** What requests did that GitHub's description does not allow. */
  readonly violations: readonly string[]
  readonly pulls: GithubPull[]
  readonly comments: Comment[]
  readonly statuses: Status[]
  readonly checkRuns: CheckRun[]
  comment(issue: number, login: string, body: string): void
}

export interface GithubOptions {
  /** Of the App 42. */
  readonly appKey?: KeyObject
}

/** A server that answers as GitHub Enterprise Server does, by the examples of GitHub's description. */
export async function githubServer(
  t: ExecutionContext,
  { appKey }: GithubOptions = {},
): Promise<GithubServer> {
  const violations: string[] = []
  const pulls: GithubPull[] = []
  const comments: Comment[] = []
  const statuses: Status[] = []
  const checkRuns: CheckRun[] = []
  const comment = (issue: number, login: string, body: string): Comment => {
    const added = { id: 1000 + comments.length, issue, login, body }
    comments.push(added)
    return added
  }
  const asComment = ({ id, issue, login, body }: Comment) => ({
    ...description.example('issue-comment'),
    id,
    issue_url: `https://api.github.com/repos/${REPOSITORY}/issues/${issue}`,
    user: { ...description.example('issue-comment').user, login },
    body,
  })
  const asPull = ({ number, head, branch, target = 'main', isFork = false, state = 'open' }: GithubPull) => {
    const pull = description.example('pull-request')
    const base = { ...pull.base, ref: target }
    return {
      ...pull,
      number,
      state: state === 'open' ? 'open' : 'closed',
      merged_at: state === 'merged' ? '2026-01-26T19:01:12Z' : null,
      // That of the test merge, where it is open.
      merge_commit_sha: 'e'.repeat(40),
      html_url: `https://github.example/${REPOSITORY}/pull/${number}`,
      base,
      head: {
        ...pull.head,
        ref: branch,
        sha: head,
        repo: { ...base.repo, id: isFork ? base.repo.id + 1 : base.repo.id },
      },
    }
  }
  const asRun = (run: CheckRun) => ({ ...description.example('check-run'), ...run })
  const tokens = new Map([
    ['ghp_reeve', 'reeve-bot'],
    ['ghp_other', 'other'],
  ])
  // Another one for each server: the library shares requests for tokens by it.
  installations += 1
  const installation = installations
  let issued = 0
  const issueToken = (): string => {
    issued += 1
    tokens.set(`ghs_${issued}`, 'reeve-app[bot]')
    return `ghs_${issued}`
  }
  const loginOf = ({ headers }: Received) => tokens.get((headers.authorization ?? '').replace(/^token /, ''))

  const routes: Readonly<Record<string, (request: Received, ...names: readonly string[]) => Reply>> = {
    'GET /user': (request) => ({
      body: {
        ...description.example('private-user-response-with-public-profile-information'),
        login: loginOf(request),
      },
    }),
    'GET /app': (request) =>
      isApp(request, appKey)
        ? { body: { ...description.example('integration'), slug: 'reeve-app' } }
        : REFUSED,
    'GET /repos/acme/fleet': () => ({ body: description.example('full-repository-default-response') }),
    'GET /repos/acme/fleet/installation': (request) =>
      isApp(request, appKey)
        ? { body: { ...description.example('installation'), id: installation } }
        : REFUSED,
    [`POST /app/installations/${installation}/access_tokens`]: (request) =>
      isApp(request, appKey)
        ? { status: 201, body: { ...description.example('installation-token'), token: issueToken() } }
        : REFUSED,
    'GET /repos/acme/fleet/pulls': (request) => {
      const { query } = request
      const fitting = pulls.filter(
        ({ target = 'main', state = 'open', branch }) =>
          query.get('base') === target &&
          ['all', state].includes(query.get('state') ?? 'open') &&
          (query.get('head') ?? `acme:${branch}`) === `acme:${branch}`,
      )
      const isNewestFirst = (query.get('direction') ?? 'desc') === 'desc'
      return paged(request, (isNewestFirst ? fitting.toReversed() : fitting).map(asPull))
    },
    'POST /repos/acme/fleet/pulls': ({ body }) => {
      const { head, base } = body as { readonly head: string; readonly base: string }
      if (pulls.some(({ branch, state = 'open' }) => branch === head && state === 'open'))
        return invalid(`A pull request already exists for acme:${head}.`)
      if (head === base) return invalid(`No commits between ${base} and ${head}`)
      const pull = { number: pulls.length + 1, head: HEAD, branch: head, target: base }
      pulls.push(pull)
      return { status: 201, body: asPull(pull) }
    },
    'GET /repos/acme/fleet/pulls/*': (_, number) => {
      const found = pulls.find((pull) => pull.number === Number(number))
      return found ? { body: asPull(found) } : MISSING
    },
    'GET /repos/acme/fleet/issues/*/comments': (request, issue) =>
      paged(request, comments.filter((each) => each.issue === Number(issue)).map(asComment)),
    'POST /repos/acme/fleet/issues/*/comments': (request, issue) => {
      const { body } = request.body as { readonly body: string }
      return { status: 201, body: asComment(comment(Number(issue), loginOf(request) ?? '', body)) }
    },
    'PATCH /repos/acme/fleet/issues/comments/*': (request, id) => {
      const found = comments.find((each) => each.id === Number(id))
      if (!found) return MISSING
      found.body = (request.body as { readonly body: string }).body
      return { body: asComment(found) }
    },
    'DELETE /repos/acme/fleet/issues/comments/*': (_, id) => {
      comments.splice(
        comments.findIndex((each) => each.id === Number(id)),
        1,
      )
      return { status: 204 }
    },
    'GET /repos/acme/fleet/commits/*/status': (request, sha) => {
      const latest = new Map(statuses.filter((each) => each.sha === sha).map((each) => [each.context, each]))
      const { items, next } = pageOf([...latest.values()], request)
      const combined = { ...description.example('combined-commit-status'), statuses: items }
      return { headers: linkTo(next), body: combined }
    },
    'POST /repos/acme/fleet/statuses/*': ({ body }, sha = '') => {
      const status = { ...(body as Omit<Status, 'sha'>), sha }
      statuses.push(status)
      return { status: 201, body: { ...description.example('status'), ...status } }
    },
    'GET /repos/acme/fleet/commits/*/check-runs': (_, sha) => {
      const found = checkRuns.filter(({ head_sha }) => head_sha === sha).slice(-1)
      return { body: { total_count: found.length, check_runs: found.map(asRun) } }
    },
    'POST /repos/acme/fleet/check-runs': ({ body }) => {
      const { head_sha, status, output } = body as {
        readonly head_sha: string
        readonly status: string
        readonly output: { readonly annotations: readonly unknown[] }
      }
      const run = {
        id: checkRuns.length + 1,
        head_sha,
        status,
        external_id: '',
        annotations: [...output.annotations],
      }
      checkRuns.push(run)
      return { status: 201, body: asRun(run) }
    },
    'PATCH /repos/acme/fleet/check-runs/*': ({ body }, id) => {
      const { output, ...more } = body as {
        readonly output?: { readonly annotations: readonly unknown[] }
      }
      const found = checkRuns.find((run) => run.id === Number(id))
      if (!found) return MISSING
      found.annotations.push(...(output?.annotations ?? []))
      Object.assign(found, more)
      return { body: asRun(found) }
    },
  }

  const server = await recordingServer(t, '/api/v3', (request) => {
    violations.push(...description.violations(request))
    const needsUser = !/^\/app\b|\/installation$/.test(request.path)
    if (needsUser && loginOf(request) === undefined) return REFUSED
    for (const [route, reply] of Object.entries(routes)) {
      const names = matching(route, request)
      if (names) return withEtag(request, reply(request, ...names))
    }
    return MISSING
  })
  return { ...server, tokens, installation, violations, pulls, comments, statuses, checkRuns, comment }
}

const REFUSED: Reply = { status: 401, body: { message: 'Bad credentials' } }
const MISSING: Reply = { status: 404, body: { message: 'Not Found' } }

function invalid(message: string): Reply {
  const errors = [{ resource: 'PullRequest', code: 'custom', message }]
  return { status: 422, body: { message: 'Validation Failed', errors } }
}

function paged(request: Received, all: readonly unknown[]): Reply {
  const { items, next } = pageOf(all, request)
  return { headers: linkTo(next), body: items }
}

function linkTo(next: number | undefined): Readonly<Record<string, string>> {
  return next === undefined ? {} : { link: `<https://api.github.com/x?page=${next}>; rel="next"` }
}

function withEtag({ method, headers }: Received, reply: Reply): Reply {
  if (method !== 'GET') return reply
  const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.body)).digest('hex')}"`
  const isKnown = headers['if-none-match'] === etag
  return isKnown ? { status: 304, headers: { etag } } : { ...reply, headers: { ...reply.headers, etag } }
}

/** Whether a request carries a JSON web token of the App 42 (RFC 7519), signed with its key and still valid. */
function isApp({ headers }: Received, key: KeyObject | undefined): boolean {
  const [, head = '', payload = '', signature = ''] =
    /^bearer ([^.]+)\.([^.]+)\.([^.]+)$/.exec(headers.authorization ?? '') ?? []
  if (key === undefined || head === '') return false
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const now = Date.now() / 1000
  return (
    verify('sha256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url')) &&
    String(claims.iss) === '42' &&
    claims.iat <= now &&
    claims.exp > now &&
    claims.exp - claims.iat <= 660
  )
}
