import type { Annotation, CommitStatus, NewPullRequest, PullRequest, Put } from './forge.ts'
import type { ForgeLocation } from './forge-location.ts'
import type { Page, PageAnswer } from './read-pages.ts'

export interface StoredComment {
  readonly id: number
  /** Account that wrote it, as `account` names it; texts of others are not Reeve's. */
  readonly author: string
  readonly body: string
}

export type StoredStatus = Pick<CommitStatus, 'state' | 'description' | 'url'>

export interface PullFilter {
  readonly target: string
  readonly branch?: string
  /** Those of any state, the newest first; by default open ones, the oldest first. */
  readonly isAny?: true
}

/** The requests of one forge for one repository, one method each; `Forge` is what all forges make of them. */
export interface ForgeApi {
  readonly location: ForgeLocation
  /** Maximum length of a status's URL, in characters. */
  readonly longestUrl: number
  /** Whether a status can be an error, besides a failure. */
  readonly hasErrorState: boolean
  /** Size of pages of pull requests: no larger than the forge gives. */
  pageSize(signal?: AbortSignal): Promise<number>
  /** Size of pages of comments, which can be longer. */
  readonly commentPageSize: number
  /** Those of this repository; those of other branches may be among them. */
  pullRequests(filter: PullFilter, page: Page, signal?: AbortSignal): Promise<PageAnswer<PullRequest>>
  pullRequest(number: number, signal?: AbortSignal): Promise<PullRequest | undefined>
  /** Rejects where the repository is not there, or not for these credentials. */
  checkRepository(signal?: AbortSignal): Promise<void>
  /** The account of the credentials. */
  account(signal?: AbortSignal): Promise<string>
  comments(number: number, page: Page, signal?: AbortSignal): Promise<PageAnswer<StoredComment>>
  createComment(number: number, body: string, signal?: AbortSignal): Promise<StoredComment>
  editComment(number: number, id: number, body: string, signal?: AbortSignal): Promise<StoredComment>
  deleteComment(number: number, id: number, signal?: AbortSignal): Promise<void>
  /** The latest status of a context. */
  status(commit: string, context: string, signal?: AbortSignal): Promise<StoredStatus | undefined>
  /** @returns what the forge stored; undefined where it has this state already and keeps what it says */
  createStatus(commit: string, status: CommitStatus, signal?: AbortSignal): Promise<StoredStatus | undefined>
  /** @returns undefined where there is an open one of these branches already */
  createPullRequest(request: NewPullRequest, signal?: AbortSignal): Promise<PullRequest | undefined>
  putAnnotations(commit: string, annotations: readonly Annotation[], signal?: AbortSignal): Promise<Put>
}
