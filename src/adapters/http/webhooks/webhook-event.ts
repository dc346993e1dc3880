/** What a forge tells by a webhook, as far as it matters here. Texts are those of the forge's users: untrusted. */
export type WebhookEvent = PushEvent | PullRequestEvent | MergeGroupEvent | { readonly kind: 'ping' }

interface OfRepository {
  /** Full name on its forge, such as `team/fleet` or `group/subgroup/fleet`. */
  readonly repository: string
  /** When it happened, in milliseconds since the epoch; absent where the forge does not say. */
  readonly at?: number
}

export interface PushEvent extends OfRepository {
  readonly kind: 'push'
  /** Without refs/heads/. */
  readonly branch: string
  /** Full id of the new head; absent where the branch is deleted. */
  readonly commit?: string
}

/** A pull request was opened, closed or merged, or has other commits or another target. */
export interface PullRequestEvent extends OfRepository {
  readonly kind: 'pull-request'
  readonly number: number
  /** Branches that it targets, or targeted before; none where the forge does not say. */
  readonly targets: readonly string[]
}

/** A merge queue has made a commit to be checked. */
export interface MergeGroupEvent extends OfRepository {
  readonly kind: 'merge-group'
  /** Branch of the queue, without refs/heads/. */
  readonly branch: string
  readonly commit: string
  /** Branch to merge into. */
  readonly target: string
}
