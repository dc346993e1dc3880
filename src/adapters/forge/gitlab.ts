import { Commits, MergeRequestNotes, MergeRequests, Projects, Users } from '@gitbeaker/rest'
import { fieldAt, needCommit, needId, needList, needText, pageAt, textAt } from './answer-fields.ts'
import type { CommitStatus, PullRequest } from './forge.ts'
import type { ForgeApi, StoredComment, StoredStatus } from './forge-api.ts'
import type { ForgeClient } from './forge-client.ts'
import type { ReadToken } from './forge-credentials.ts'
import { type ForgeLocation, repositoryPage } from './forge-location.ts'
import { GitlabRefusal, gitlabRequester } from './gitlab-requester.ts'
import { OwnAccount } from './own-account.ts'
import type { PageAnswer } from './read-pages.ts'

/** Notes may have a million characters. */
const NOTES_AT_ONCE = 20
/** GitLab's words where a status has this state already. */
const SAME_STATE = /Cannot transition status/
/** GitLab's words where no branch of the project has the commit: it is a fork's. */
const NO_BRANCH = /References for commit/

/** The requests of GitLab: merge requests, and the notes at them. */
export function gitlabApi(location: ForgeLocation, token: ReadToken, client: ForgeClient): ForgeApi {
  const project = location.path.join('/')
  const api = (signal: AbortSignal | undefined) => {
    const requesterFn = gitlabRequester(client, signal)
    const options = { host: location.url, token, requesterFn, queryTimeout: 0 }
    return {
      commits: new Commits(options),
      mergeRequests: new MergeRequests(options),
      notes: new MergeRequestNotes(options),
      projects: new Projects(options),
      users: new Users(options),
    }
  }
  const account = new OwnAccount(async (signal) =>
    needText(await api(signal).users.showCurrentUser(), ['username']),
  )
  const pullIn = (answer: unknown) => readPull(answer, location)
  return {
    location,
    longestUrl: 255,
    hasErrorState: false,
    pageSize: async () => 100,
    commentPageSize: NOTES_AT_ONCE,
    async pullRequests({ target, branch, isAny }, { page, size: perPage }, signal) {
      const filter = {
        projectId: project,
        ...(!isAny && { state: 'opened' as const }),
        targetBranch: target,
        ...(branch !== undefined && { sourceBranch: branch }),
      } as const
      const sort = isAny ? ('desc' as const) : ('asc' as const)
      const order = { orderBy: 'created_at', sort, page, perPage, showExpanded: true } as const
      return pageOf(await api(signal).mergeRequests.all({ ...filter, ...order }), pullIn)
    },
    async pullRequest(number, signal) {
      const found = await api(signal).mergeRequests.show(project, number).catch(ifStatus(404))
      return found === undefined ? undefined : pullIn(found)
    },
    async checkRepository(signal) {
      await api(signal).projects.show(project)
    },
    account: async (signal) => account.of(await token(), signal),
    async comments(number, { page, size: perPage }, signal) {
      const order = { orderBy: 'created_at', sort: 'asc', page, perPage, showExpanded: true } as const
      return pageOf(await api(signal).notes.all(project, number, order), readNote)
    },
    async createComment(number, body, signal) {
      return readNote(await api(signal).notes.create(project, number, body))
    },
    async editComment(number, id, body, signal) {
      return readNote(await api(signal).notes.edit(project, number, id, { body }))
    },
    async deleteComment(number, id, signal) {
      await api(signal).notes.remove(project, number, id).catch(ifStatus(404))
    },
    async status(commit, context, signal) {
      const query = { name: context, page: 1, perPage: 100 }
      const all = await api(signal).commits.allStatuses(project, commit, query)
      const own = needList(all).filter((status) => textAt(status, ['name']) === context)
      const latest = own.sort((one, other) => needId(other, ['id']) - needId(one, ['id']))[0]
      return latest === undefined ? undefined : readStatus(latest)
    },
    async createStatus(commit, { context, state, description, url }, signal) {
      const { commits } = api(signal)
      const put = async (ref?: string) =>
        readStatus(
          await commits.editStatus(project, commit, state === 'pending' ? 'pending' : endState(state), {
            name: context,
            description,
            ...(url !== undefined && { targetUrl: url }),
            ...(ref !== undefined && { ref }),
          }),
        )
      try {
        return await put().catch(async (error: unknown) => {
          if (!isRefusal(error, 404, NO_BRANCH)) throw error
          const [mergeRequest] = needList(await commits.allMergeRequests(project, commit))
          if (mergeRequest === undefined) throw error
          return put(`refs/merge-requests/${needId(mergeRequest, ['iid'])}/head`)
        })
      } catch (error) {
        if (isRefusal(error, 400, SAME_STATE)) return undefined
        throw error
      }
    },
    async createPullRequest({ branch, target, title, body }, signal) {
      const created = await api(signal)
        .mergeRequests.create(project, branch, target, title, { description: body })
        .catch(ifStatus(409))
      return created === undefined ? undefined : pullIn(created)
    },
    putAnnotations: async () => 'unchanged',
  }
}

function pageOf<Item>(answer: unknown, read: (item: unknown) => Item | undefined): PageAnswer<Item> {
  const items = needList(answer, ['data']).map(read)
  return {
    items: items.filter((item) => item !== undefined),
    isLast: fieldAt(answer, ['paginationInfo', 'next']) === undefined,
  }
}

/** Undefined where it has no commits: then there is nothing to review. */
function readPull(answer: unknown, location: ForgeLocation): PullRequest | undefined {
  if (fieldAt(answer, ['sha']) === undefined) return undefined
  const number = needId(answer, ['iid'])
  const head = needCommit(answer, ['sha'])
  return {
    number,
    title: textAt(answer, ['title']) ?? '',
    author: textAt(answer, ['author', 'username']) ?? 'ghost',
    url: pageAt(answer, ['web_url'], `${repositoryPage(location)}/-/merge_requests/${number}`),
    target: needText(answer, ['target_branch']),
    branch: needText(answer, ['source_branch']),
    head,
    ref: `refs/merge-requests/${number}/head`,
    isFork: fieldAt(answer, ['source_project_id']) !== fieldAt(answer, ['target_project_id']),
    ...stateOf(answer, head),
  }
}

/** One that is `locked` is being merged. Where the target was moved forward, no commit was made for it. */
function stateOf(answer: unknown, head: string): Pick<PullRequest, 'state' | 'mergeCommit'> {
  const state = textAt(answer, ['state'])
  if (state !== 'merged') return { state: state === 'closed' ? 'closed' : 'open' }
  const field = ['merge_commit_sha', 'squash_commit_sha'].find(
    (name) => fieldAt(answer, [name]) !== undefined,
  )
  return { state, mergeCommit: field === undefined ? head : needCommit(answer, [field]) }
}

function readNote(answer: unknown): StoredComment {
  const isOfSystem = fieldAt(answer, ['system']) === true
  return {
    id: needId(answer, ['id']),
    author: isOfSystem ? '' : (textAt(answer, ['author', 'username']) ?? ''),
    body: textAt(answer, ['body']) ?? '',
  }
}

function readStatus(status: unknown): StoredStatus {
  const url = textAt(status, ['target_url']) ?? ''
  return {
    state: readState(textAt(status, ['status'])),
    description: textAt(status, ['description']) ?? '',
    ...(url !== '' && { url }),
  }
}

function readState(state: string | undefined): CommitStatus['state'] {
  if (state === 'success') return 'success'
  if (state === 'failed') return 'failure'
  return state === 'canceled' || state === 'skipped' ? 'error' : 'pending'
}

function endState(state: CommitStatus['state']): 'success' | 'failed' {
  return state === 'success' ? 'success' : 'failed'
}

function isRefusal(error: unknown, status: number, words: RegExp): boolean {
  return error instanceof GitlabRefusal && error.status === status && words.test(error.text)
}

/** Undefined for an answer of this status. @throws any other error again */
function ifStatus(status: number): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof GitlabRefusal && error.status === status) return undefined
    throw error
  }
}
