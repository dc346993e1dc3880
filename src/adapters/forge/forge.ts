import type { ForgeKind } from '../../model/forge-kind.ts'

/** A pull request, or a merge request of GitLab, as its forge describes it. Texts are the author's: untrusted. */
export interface PullRequest {
  /** As people name it: of GitLab, the project's own number (iid). */
  readonly number: number
  readonly title: string
  readonly author: string
  /** Page for people. */
  readonly url: string
  /** Branch to merge into, without refs/heads/. */
  readonly target: string
  /** Branch that it comes from, without refs/heads/; in another repository where `isFork`. */
  readonly branch: string
  /** Full id of its newest commit. */
  readonly head: string
  /** Ref of the target's repository that names `head`, also where it comes from a fork. */
  readonly ref: string
  readonly isFork: boolean
  readonly state: 'open' | 'merged' | 'closed'
  /** Full id of the commit of the target branch that merged it; only where `merged`. */
  readonly mergeCommit?: string
}

export interface CommitStatus {
  /** `reeve`: branch protection requires it by this name. */
  readonly context: string
  readonly state: 'pending' | 'success' | 'failure' | 'error'
  /** One line; cut to 140 characters, which is what GitHub takes. */
  readonly description: string
  /** Page for people; left out where it is longer than the forge takes. */
  readonly url?: string | undefined
}

/** A note at a line of a file that the pull request changes. */
export interface Annotation {
  readonly file: string
  readonly line: number
  readonly text: string
}

export interface NewPullRequest {
  /** Branch of this repository, without refs/heads/. */
  readonly branch: string
  readonly target: string
  readonly title: string
  readonly body: string
}

/** Whether a request changed anything: what is there already is not written again. */
export type Put = 'written' | 'unchanged'

/**
 * What Reeve needs of a forge, for one repository. Each method rejects with FaultError: forge-unreachable,
 * forge-unauthorized, forge-rejected, forge-limited (with the time to wait, which calls wait for by themselves up
 * to a bound). Requests that read are conditional where the forge has ETags.
 */
export interface Forge extends AsyncDisposable {
  readonly kind: ForgeKind
  /** Open pull requests that target a branch, in the order of their numbers. */
  openPullRequests(target: string, signal?: AbortSignal): Promise<readonly PullRequest[]>
  /** Undefined if there is none of that number, or (at GitLab) none of its commits. */
  pullRequest(number: number, signal?: AbortSignal): Promise<PullRequest | undefined>
  /**
   * Makes the text of Reeve's comment this one. The comment is found again by `marker`, where it begins a line and
   * Reeve's own account wrote it; further ones of its own with the marker are deleted. Calls for one pull request take
   * turns.
   */
  putComment(number: number, comment: ForgeComment, signal?: AbortSignal): Promise<Put>
  /** Text of Reeve's own comment; undefined where there is none. */
  comment(number: number, marker: string, signal?: AbortSignal): Promise<string | undefined>
  /** Makes a status the latest of its context, whoever put the one before. */
  putStatus(commit: string, status: CommitStatus, signal?: AbortSignal): Promise<Put>
  /** Makes these the annotations of a commit, where the forge has them; others do nothing. */
  putAnnotations(commit: string, annotations: readonly Annotation[], signal?: AbortSignal): Promise<Put>
  /** The newest pull request of these branches of the repository, whatever its state, among the latest ones. */
  latest(
    branches: Pick<NewPullRequest, 'branch' | 'target'>,
    signal?: AbortSignal,
  ): Promise<PullRequest | undefined>
  /** Opens a pull request, or gives the open one of the same branches. */
  open(request: NewPullRequest, signal?: AbortSignal): Promise<PullRequest>
  /** URL of the page of a file. @param branch without refs/heads/ */
  filePage(branch: string, file: string): string
}

export interface ForgeComment {
  readonly marker: string
  /** Markdown of which a line begins with the marker: a person may quote it, with `> ` before each line. */
  readonly body: string
}
