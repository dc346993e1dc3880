import type { WebhookEvent } from '../adapters/http/webhooks/webhook-event.ts'
import type { Settings } from '../model/settings.ts'
import type { WorkRequest } from '../model/work-request.ts'

/** Branches in which the clusters of a repository meet to review, one each. */
const REVIEWS = 'reeve/review/'

/** What an event of a webhook asks for; nothing where it is of another repository, or of a branch that no one follows. */
export function requestOf(
  event: WebhookEvent,
  { repo, branch }: Pick<Settings, 'repo' | 'branch'>,
): WorkRequest | undefined {
  if (event.kind === 'ping' || !isOf(event.repository, repo)) return undefined
  switch (event.kind) {
    case 'push':
      if (event.branch === branch) return { kind: 'poll' }
      return event.branch.startsWith(REVIEWS) ? { kind: 'collect' } : undefined
    case 'pull-request':
      return event.targets.length === 0 || event.targets.includes(branch)
        ? { kind: 'review', number: event.number }
        : undefined
    case 'merge-group':
      return event.target === branch ? { kind: 'queue' } : undefined
  }
}

/**
 * Whether a URL is that of a repository, by its full name at the end of the path. A forge may be known by several
 * host names, and a repository by several ways of writing it; that the event is the forge's is proven by its secret.
 */
function isOf(fullName: string, repo: string): boolean {
  const path = URL.parse(repo)?.pathname ?? repo.slice(repo.indexOf(':') + 1)
  return normal(path).endsWith(normal(fullName))
}

function normal(path: string): string {
  const name = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
  return URL.parse(`http://host/${name.toLowerCase()}`)?.pathname ?? name
}
