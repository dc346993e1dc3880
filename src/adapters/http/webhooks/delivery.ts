import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ForgeKind } from '../../../model/forge-kind.ts'

/** A request of a webhook by its headers. */
export interface Delivery {
  readonly forge: ForgeKind
  /** Kind of event in the forge's words. */
  readonly event: string
  readonly headers: IncomingHttpHeaders
}

/**
 * The forge that a request claims to come from; undefined if it is none of them. Gitea and Forgejo send the headers
 * of GitHub too, and are told by their own: one rule applies to one request.
 */
export function deliveryOf(headers: IncomingHttpHeaders): Delivery | undefined {
  const gitea = header(headers, 'x-forgejo-event') ?? header(headers, 'x-gitea-event')
  if (gitea !== undefined) return { forge: 'gitea', event: gitea, headers }
  const gitlab = header(headers, 'x-gitlab-event')
  if (gitlab !== undefined) return { forge: 'gitlab', event: gitlab, headers }
  const github = header(headers, 'x-github-event')
  return github === undefined ? undefined : { forge: 'github', event: github, headers }
}

/**
 * Names by which the same delivery is known again, as digests. GitHub and Gitea do not sign the id of a delivery, but
 * what they sign is never the same twice. GitLab has the same body for the same push a second time; its ids are
 * signed, or worth as much as the token that comes with them.
 */
export function namesOf({ forge, headers }: Delivery, body: Buffer): readonly string[] {
  const digest = createHash('sha256').update(body).digest('base64')
  const id = header(headers, ID[forge])
  if (forge !== 'gitlab') return [digest, ...(id === undefined ? [] : [nameOf(forge, id)])]
  const unique = header(headers, 'webhook-id') ?? id
  // Events that one event leads to share its UUID.
  return [nameOf(forge, unique ?? `${header(headers, 'x-gitlab-event-uuid')} ${digest}`)]
}

const ID: Readonly<Record<ForgeKind, string>> = {
  github: 'x-github-delivery',
  gitea: 'x-gitea-delivery',
  gitlab: 'idempotency-key',
}

function nameOf(forge: ForgeKind, id: string): string {
  return createHash('sha256').update(`${forge} ${id}`).digest('base64')
}

/** Text of a header; several of the same name are one text, which is right for none of ours. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
