import type { JsonValue } from '../../../model/json.ts'
import { branchOf, commitOf, numberOf, textOf } from './fields.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** Webhooks of a project or group send `… Hook`, those of the instance `System Hook`. */
const EVENTS: ReadonlySet<string> = new Set(['Push Hook', 'Merge Request Hook', 'System Hook'])

/**
 * Actions that may matter to a review. GitLab does not always say what an `update` changed
 * (gitlab-org/gitlab#224610), so that each counts.
 */
const ACTIONS: ReadonlySet<string> = new Set(['open', 'reopen', 'update', 'close', 'merge'])

/** An event of GitLab; undefined for one that does not matter, or is not as GitLab sends it. */
export function gitlabEvent(event: string, body: JsonValue): WebhookEvent | undefined {
  const repository = textOf(body, 'project', 'path_with_namespace')
  if (!EVENTS.has(event) || repository === undefined) return undefined
  const kind = textOf(body, 'object_kind')
  if (kind === 'push') return pushEvent(repository, body)
  return kind === 'merge_request' ? mergeRequestEvent(repository, body) : undefined
}

function pushEvent(repository: string, body: JsonValue): WebhookEvent | undefined {
  const branch = branchOf(body, 'ref')
  return branch === undefined ? undefined : { kind: 'push', repository, branch, ...commitOf(body, 'after') }
}

function mergeRequestEvent(repository: string, body: JsonValue): WebhookEvent | undefined {
  const number = numberOf(body, 'object_attributes', 'iid')
  if (number === undefined || !ACTIONS.has(textOf(body, 'object_attributes', 'action') ?? ''))
    return undefined
  const target = textOf(body, 'object_attributes', 'target_branch')
  const before = textOf(body, 'changes', 'target_branch', 'previous')
  const targets = [target, before].flatMap((branch) => branch ?? [])
  return { kind: 'pull-request', repository, number, targets }
}
