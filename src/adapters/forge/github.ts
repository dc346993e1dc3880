import { fieldAt, needCommit, needId, needList, needText, pageAt, textAt } from './answer-fields.ts'
import type { PullRequest } from './forge.ts'
import type { ForgeApi } from './forge-api.ts'
import type { ForgeClient } from './forge-client.ts'
import type { ForgeCredentials } from './forge-credentials.ts'
import { refusal } from './forge-fault.ts'
import { type ForgeLocation, repositoryPage } from './forge-location.ts'
import { putAnnotations } from './github-annotations.ts'
import { type GithubAnswer, GithubSession } from './github-session.ts'
import { readComment, readStatus } from './github-shapes.ts'
import { OwnAccount } from './own-account.ts'
import { isLastPage, type Page, readPages } from './read-pages.ts'

const REPOSITORY = '/repos/{owner}/{repo}'
const EXISTS = /pull request already exists/i

/** The requests of GitHub and GitHub Enterprise Server. */
export function githubApi(
  location: ForgeLocation,
  credentials: ForgeCredentials,
  client: ForgeClient,
): ForgeApi {
  const session = new GithubSession(location, credentials, client)
  const account = new OwnAccount((signal) => session.account(signal))
  const pullIn = (answer: unknown) => readPull(answer, location)
  return {
    location,
    longestUrl: 2_000,
    hasErrorState: true,
    pageSize: async () => 100,
    commentPageSize: 100,
    async pullRequests({ target, branch, isAny }, { page, size }, signal) {
      const head = branch === undefined ? {} : { head: `${location.path[0]}:${branch}` }
      const state = isAny ? 'all' : 'open'
      const order = { state, base: target, sort: 'created', direction: isAny ? 'desc' : 'asc' }
      const parameters = { ...order, ...head, page, per_page: size }
      const answer = await session.ask(`GET ${REPOSITORY}/pulls`, { parameters, signal })
      return { items: needList(answer.data).map(pullIn), isLast: isLast(answer) }
    },
    async pullRequest(number, signal) {
      const call = { parameters: { pull_number: number }, expected: [404], signal }
      const { status, data } = await session.ask(`GET ${REPOSITORY}/pulls/{pull_number}`, call)
      return status === 404 ? undefined : pullIn(data)
    },
    async checkRepository(signal) {
      await session.ask(`GET ${REPOSITORY}`, { signal })
    },
    account: async (signal) => account.of(await session.identity(), signal),
    async comments(number, { page, size }, signal) {
      const parameters = { issue_number: number, page, per_page: size }
      const route = `GET ${REPOSITORY}/issues/{issue_number}/comments`
      const answer = await session.ask(route, { parameters, signal })
      return { items: needList(answer.data).map(readComment), isLast: isLast(answer) }
    },
    async createComment(number, body, signal) {
      const parameters = { issue_number: number, body }
      const route = `POST ${REPOSITORY}/issues/{issue_number}/comments`
      return readComment((await session.ask(route, { parameters, signal })).data)
    },
    async editComment(_number, id, body, signal) {
      const parameters = { comment_id: id, body }
      const route = `PATCH ${REPOSITORY}/issues/comments/{comment_id}`
      return readComment((await session.ask(route, { parameters, signal })).data)
    },
    async deleteComment(_number, id, signal) {
      const call = { parameters: { comment_id: id }, expected: [404], signal }
      await session.ask(`DELETE ${REPOSITORY}/issues/comments/{comment_id}`, call)
    },
    async status(commit, context, signal) {
      const all = await readPages('statuses', 100, async ({ page, size }: Page) => {
        const parameters = { ref: commit, page, per_page: size }
        const answer = await session.ask(`GET ${REPOSITORY}/commits/{ref}/status`, { parameters, signal })
        return { items: needList(answer.data, ['statuses']), isLast: isLast(answer) }
      })
      const found = all.find((item) => textAt(item, ['context']) === context)
      return found === undefined ? undefined : readStatus(found, 'state')
    },
    async createStatus(commit, { url, ...status }, signal) {
      const parameters = { sha: commit, ...status, ...(url !== undefined && { target_url: url }) }
      const { data } = await session.ask(`POST ${REPOSITORY}/statuses/{sha}`, { parameters, signal })
      return readStatus(data, 'state')
    },
    async createPullRequest({ branch, target, title, body }, signal) {
      const call = { parameters: { head: branch, base: target, title, body }, expected: [422], signal }
      const { status, data } = await session.ask(`POST ${REPOSITORY}/pulls`, call)
      if (status !== 422) return pullIn(data)
      const text = JSON.stringify(data)
      if (EXISTS.test(text)) return undefined
      throw refusal({ method: 'POST', url: `${repositoryPage(location)}/pulls` }, { status, text })
    },
    putAnnotations: async (commit, annotations, signal) =>
      session.isApp ? putAnnotations(session, commit, annotations, signal) : 'unchanged',
  }
}

function isLast({ headers }: GithubAnswer): boolean {
  return isLastPage(typeof headers.link === 'string' ? headers.link : undefined)
}

function readPull(answer: unknown, location: ForgeLocation): PullRequest {
  const number = needId(answer, ['number'])
  const merged = textAt(answer, ['merged_at'])
  return {
    number,
    title: textAt(answer, ['title']) ?? '',
    author: textAt(answer, ['user', 'login']) ?? 'ghost',
    url: pageAt(answer, ['html_url'], `${repositoryPage(location)}/pull/${number}`),
    target: needText(answer, ['base', 'ref']),
    branch: needText(answer, ['head', 'ref']),
    head: needCommit(answer, ['head', 'sha']),
    ref: `refs/pull/${number}/head`,
    // The repository of a deleted fork is null.
    isFork: fieldAt(answer, ['head', 'repo', 'id']) !== fieldAt(answer, ['base', 'repo', 'id']),
    ...(merged !== undefined
      ? { state: 'merged', mergeCommit: needCommit(answer, ['merge_commit_sha']) }
      : { state: textAt(answer, ['state']) === 'open' ? 'open' : 'closed' }),
  }
}
