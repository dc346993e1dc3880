import type { JsonValue } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'
import { branchOf, commitOf, numberOf, textOf, timeOf } from './fields.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** An event of GitHub, Gitea or Forgejo; undefined for one that does not matter, or is not as they send it. */
export function githubEvent(event: string, body: JsonValue): WebhookEvent | undefined {
  if (event === 'ping') return { kind: 'ping' }
  const repository = textOf(body, 'repository', 'full_name')
  if (repository === undefined) return undefined
  if (event === 'push') return pushEvent(repository, body)
  if (event === 'pull_request') return pullRequestEvent(repository, body)
  return event === 'merge_group' ? mergeGroupEvent(repository, body) : undefined
}

/** Gitea has no time of a push: its repository.updated_at is that of the push before. */
function pushEvent(repository: string, body: JsonValue): WebhookEvent | undefined {
  const branch = branchOf(body, 'ref')
  if (branch === undefined) return undefined
  return {
    kind: 'push',
    repository,
    branch,
    ...commitOf(body, 'after'),
    ...timeOf(body, 'repository', 'pushed_at'),
  }
}

/** GitHub says `synchronize`, Gitea `synchronized`; a merge is `closed` in both. */
const ACTIONS: ReadonlySet<string> = new Set([
  'opened',
  'synchronize',
  'synchronized',
  'reopened',
  'closed',
  'merged',
  'ready_for_review',
])

function pullRequestEvent(repository: string, body: JsonValue): WebhookEvent | undefined {
  const action = textOf(body, 'action') ?? ''
  const number = numberOf(body, 'number') ?? numberOf(body, 'pull_request', 'number')
  const before = textOf(body, 'changes', 'base', 'ref', 'from') ?? textOf(body, 'changes', 'ref', 'from')
  const isEdited = action === 'edited' && before !== undefined
  if (number === undefined || !(isEdited || ACTIONS.has(action))) return undefined
  const targets = [textOf(body, 'pull_request', 'base', 'ref'), before].flatMap((branch) => branch ?? [])
  return { kind: 'pull-request', repository, number, targets, ...changedAt(body) }
}

/** Of Gitea, updated_at may be that of the change before: GitHub alone has a `node_id`. */
function changedAt(body: JsonValue): { readonly at?: number } {
  return valueAt(body, ['pull_request', 'node_id']) === undefined
    ? {}
    : timeOf(body, 'pull_request', 'updated_at')
}

function mergeGroupEvent(repository: string, body: JsonValue): WebhookEvent | undefined {
  const branch = branchOf(body, 'merge_group', 'head_ref')
  const target = branchOf(body, 'merge_group', 'base_ref')
  const { commit } = commitOf(body, 'merge_group', 'head_sha')
  if (branch === undefined || target === undefined || commit === undefined) return undefined
  return { kind: 'merge-group', repository, branch, commit, target }
}
