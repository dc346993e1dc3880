import { createHmac, randomUUID } from 'node:crypto'

/** A webhook as a forge sends it. */
export interface SentWebhook {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const hexHmac = (secret: string, body: string | Buffer) =>
  createHmac('sha256', secret).update(body).digest('hex')

/** As GitHub sends it; with another body type as a form. */
export function fromGithub(event: string, payload: object, secret: string, asForm = false): SentWebhook {
  const json = JSON.stringify(payload)
  const body = asForm ? new URLSearchParams({ payload: json }).toString() : json
  return {
    headers: {
      'content-type': asForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-delivery': randomUUID(),
      'x-github-event': event,
      'x-github-hook-id': '292430182',
      'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
      'x-hub-signature-256': `sha256=${hexHmac(secret, body)}`,
    },
    body,
  }
}

/** As Gitea 1.26 sends it (services/webhook/deliver.go): what it signs is the JSON, also in a form. */
export function fromGitea(event: string, payload: object, secret: string, asForm = false): SentWebhook {
  const json = JSON.stringify(payload, undefined, 2)
  const id = randomUUID()
  const signature = hexHmac(secret, json)
  return {
    headers: {
      'content-type': asForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-gitea-delivery': id,
      'x-gitea-event': event,
      'x-gitea-event-type': event,
      'x-gitea-signature': signature,
      'x-gogs-delivery': id,
      'x-gogs-event': event,
      'x-gogs-signature': signature,
      'x-hub-signature': `sha1=${createHmac('sha1', secret).update(json).digest('hex')}`,
      'x-hub-signature-256': `sha256=${signature}`,
      'x-github-delivery': id,
      'x-github-event': event,
    },
    body: asForm ? new URLSearchParams({ payload: json }).toString() : json,
  }
}

/** As Forgejo sends it: Gitea's headers, and its own. */
export function fromForgejo(event: string, payload: object, secret: string): SentWebhook {
  const { headers, body } = fromGitea(event, payload, secret)
  const own = {
    'x-forgejo-delivery': headers['x-gitea-delivery'] ?? '',
    'x-forgejo-event': event,
    'x-forgejo-signature': headers['x-gitea-signature'] ?? '',
  }
  return { headers: { ...headers, ...own }, body }
}

/** As GitLab sends it with a secret token. */
export function fromGitlab(event: string, payload: object, token: string): SentWebhook {
  const body = JSON.stringify(payload)
  return { headers: { ...gitlabHeaders(event), 'x-gitlab-token': token }, body }
}

/** As GitLab sends it with a signing token (Standard Webhooks 1.0.0). */
export function fromGitlabSigned(
  event: string,
  payload: object,
  token: string,
  seconds = Math.floor(Date.now() / 1_000),
): SentWebhook {
  const body = JSON.stringify(payload)
  const headers = gitlabHeaders(event)
  const id = headers['idempotency-key'] ?? ''
  const key = Buffer.from(token.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  const signed = {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
  return { headers: { ...headers, ...signed }, body }
}

function gitlabHeaders(event: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitLab/18.2.0',
    'x-gitlab-event': event,
    'x-gitlab-event-uuid': randomUUID(),
    'x-gitlab-webhook-uuid': randomUUID(),
    'x-gitlab-instance': 'https://gitlab.example.com',
    'idempotency-key': randomUUID(),
  }
}

export function send(url: string, { headers, body }: SentWebhook): Promise<Response> {
  return fetch(`${url}/webhooks`, { method: 'POST', headers, body })
}

const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

/** A push, as all forges describe it. */
export function push(repository: string, branch: string, commit = COMMIT): object {
  return {
    object_kind: 'push',
    event_name: 'push',
    ref: `refs/heads/${branch}`,
    before: '0'.repeat(40),
    after: commit,
    checkout_sha: commit,
    project: { id: 15, path_with_namespace: repository, default_branch: 'main' },
    repository: { id: 3, full_name: repository, pushed_at: Math.floor(Date.now() / 1_000), updated_at: OLD },
    commits: [],
    /** So that no two pushes are the same. */
    nonce: randomUUID(),
  }
}

/** Gitea gives the time of the push before. */
const OLD = '2025-01-01T00:00:00Z'

/** A pull request, as GitHub and Gitea describe it. */
export function pullRequest(repository: string, action: string, more: object = {}): object {
  return {
    action,
    number: 12,
    pull_request: {
      number: 12,
      node_id: 'PR_1',
      updated_at: new Date(),
      base: { ref: 'main' },
      nonce: randomUUID(),
    },
    repository: { full_name: repository },
    ...more,
  }
}

/** A merge request, as GitLab describes it. */
export function mergeRequest(repository: string, action: string, more: object = {}): object {
  return {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    project: { id: 15, path_with_namespace: repository },
    object_attributes: {
      id: 99,
      iid: 12,
      action,
      target_branch: 'main',
      updated_at: '2015-01-01 00:00:00 UTC',
    },
    changes: {},
    ...more,
  }
}
