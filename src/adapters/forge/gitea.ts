import { parseJson } from '../../model/json.ts'
import { fieldAt, needCommit, needId, needList, needText, pageAt, textAt } from './answer-fields.ts'
import type { PullRequest } from './forge.ts'
import type { ForgeApi } from './forge-api.ts'
import type { ForgeClient } from './forge-client.ts'
import type { ReadToken } from './forge-credentials.ts'
import { refusal } from './forge-fault.ts'
import { apiUrl, type ForgeLocation, repositoryPage } from './forge-location.ts'
import type { ForgeAnswer, ForgeRequest } from './forge-request.ts'
import { readComment, readStatus } from './github-shapes.ts'
import { OwnAccount } from './own-account.ts'
import { isLastPage, type Page, readPages } from './read-pages.ts'

const LARGEST_PAGE = 50

interface Call {
  readonly method?: ForgeRequest['method']
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: object
  /** Statuses that are no fault, besides 200 to 299. */
  readonly expected?: readonly number[]
  readonly signal?: AbortSignal | undefined
}

/** The requests of Gitea and Forgejo, whose API (version 1) is the same as far as Reeve needs it. */
export function giteaApi(location: ForgeLocation, token: ReadToken, client: ForgeClient): ForgeApi {
  const base = apiUrl(location)
  const repository = ['repos', ...location.path].map(encodeURIComponent).join('/')
  const ask = async (path: string, call: Call = {}): Promise<ForgeAnswer> => {
    const { method = 'GET', query = {}, body, expected = [], signal } = call
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    )
    const request: ForgeRequest = {
      method,
      url: `${base}/${path}${search.size > 0 ? `?${search}` : ''}`,
      headers: {
        authorization: `token ${await token()}`,
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal,
    }
    const answer = await client.send(request)
    if ((answer.status >= 200 && answer.status < 300) || expected.includes(answer.status)) return answer
    throw refusal(request, answer)
  }
  const account = new OwnAccount(async (signal) => loginIn(parseJson((await ask('user', { signal })).text)))
  let largestPage: number | undefined
  /** Gitea cuts longer pages, to as many items as its administrator says. */
  const pageSize = async (signal?: AbortSignal) => {
    if (largestPage === undefined) {
      const settings = parseJson((await ask('settings/api', { signal })).text)
      largestPage = Math.min(LARGEST_PAGE, needId(settings, ['max_response_items']))
    }
    return largestPage
  }
  const pullIn = (answer: unknown) => readPull(answer, location)
  return {
    location,
    longestUrl: 2_000,
    hasErrorState: true,
    pageSize,
    commentPageSize: 50,
    async pullRequests({ target, isAny }, { page, size }, signal) {
      const order = isAny ? { state: 'all', sort: 'recentupdate' } : { state: 'open', sort: 'oldest' }
      const query = { ...order, base_branch: target, page, limit: size }
      const { headers, text } = await ask(`${repository}/pulls`, { query, signal })
      return { items: needList(parseJson(text)).map(pullIn), isLast: isLastPage(headers.link) }
    },
    async pullRequest(number, signal) {
      const { status, text } = await ask(`${repository}/pulls/${number}`, { expected: [404], signal })
      return status === 404 ? undefined : pullIn(parseJson(text))
    },
    async checkRepository(signal) {
      await ask(repository, { signal })
    },
    account: async (signal) => account.of(await token(), signal),
    async comments(number, _page, signal) {
      // All at once: this list of Gitea has no pages.
      const { text } = await ask(`${repository}/issues/${number}/comments`, { signal })
      return { items: needList(parseJson(text)).map(readComment), isLast: true }
    },
    async createComment(number, body, signal) {
      const path = `${repository}/issues/${number}/comments`
      return readComment(parseJson((await ask(path, { method: 'POST', body: { body }, signal })).text))
    },
    async editComment(_number, id, body, signal) {
      const path = `${repository}/issues/comments/${id}`
      return readComment(parseJson((await ask(path, { method: 'PATCH', body: { body }, signal })).text))
    },
    async deleteComment(_number, id, signal) {
      await ask(`${repository}/issues/comments/${id}`, { method: 'DELETE', expected: [404], signal })
    },
    async status(commit, context, signal) {
      const all = await readPages('statuses', 50, async ({ page, size }: Page) => {
        const query = { page, limit: size }
        const { text } = await ask(`${repository}/commits/${commit}/status`, { query, signal })
        const answer = parseJson(text)
        // Null where there are none.
        const items = fieldAt(answer, ['statuses']) === undefined ? [] : needList(answer, ['statuses'])
        return { items, isLast: items.length === 0 || items.some((item) => contextOf(item) === context) }
      })
      const found = all.find((item) => contextOf(item) === context)
      return found === undefined ? undefined : readStatus(found, 'status')
    },
    async createStatus(commit, { url = '', ...status }, signal) {
      const body = { ...status, target_url: url }
      const path = `${repository}/statuses/${commit}`
      return readStatus(parseJson((await ask(path, { method: 'POST', body, signal })).text), 'status')
    },
    async createPullRequest({ branch, target, title, body: text }, signal) {
      const body = { head: branch, base: target, title, body: text }
      const call: Call = { method: 'POST', body, expected: [409], signal }
      const answer = await ask(`${repository}/pulls`, call)
      return answer.status === 409 ? undefined : pullIn(parseJson(answer.text))
    },
    putAnnotations: async () => 'unchanged',
  }
}

function readPull(answer: unknown, location: ForgeLocation): PullRequest {
  const number = needId(answer, ['number'])
  const isMerged = fieldAt(answer, ['merged']) === true
  return {
    number,
    title: textAt(answer, ['title']) ?? '',
    author: textAt(answer, ['user', 'login']) ?? 'ghost',
    url: pageAt(answer, ['html_url'], `${repositoryPage(location)}/pulls/${number}`),
    target: needText(answer, ['base', 'ref']),
    branch: textAt(answer, ['head', 'ref']) ?? '',
    head: needCommit(answer, ['head', 'sha']),
    ref: `refs/pull/${number}/head`,
    isFork: fieldAt(answer, ['head', 'repo_id']) !== fieldAt(answer, ['base', 'repo_id']),
    ...(isMerged
      ? { state: 'merged', mergeCommit: needCommit(answer, ['merge_commit_sha']) }
      : { state: textAt(answer, ['state']) === 'open' ? 'open' : 'closed' }),
  }
}

function loginIn(answer: unknown): string {
  return needText(answer, ['login'])
}

function contextOf(status: unknown): string | undefined {
  return textAt(status, ['context'])
}
