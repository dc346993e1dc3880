import type { ExecutionContext } from 'ava'
import { serveHttp } from '../../../../src/adapters/http/http-server.ts'
import type { Route } from '../../../../src/adapters/http/route.ts'
import type { WebhookEvent } from '../../../../src/adapters/http/webhooks/webhook-event.ts'
import { type HandledWebhook, webhookRoute } from '../../../../src/adapters/http/webhooks/webhook-route.ts'

export interface ServedWebhooks {
  readonly url: string
  /** Events whose work has begun. */
  readonly done: readonly WebhookEvent[]
  readonly handled: readonly HandledWebhook[]
  /** Results so far, in their order. */
  results(): readonly string[]
}

/**
 * An endpoint of webhooks, and a probe beside it; every event means work.
 * @param now in milliseconds, of the clock by which senders are limited
 */
export async function serveWebhooks(
  t: ExecutionContext,
  secrets: () => Promise<readonly string[]>,
  now?: () => number,
): Promise<ServedWebhooks> {
  const done: WebhookEvent[] = []
  const handled: HandledWebhook[] = []
  const probe: Route = { method: 'GET', path: '/healthz', handle: () => ({ status: 200, text: 'ok\n' }) }
  const route = webhookRoute({
    secrets,
    workOf: (event) => () => void done.push(event),
    onHandled: (each) => void handled.push(each),
    ...(now && { now }),
  })
  const server = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    routes: [probe, route],
    onError: (error) => t.fail(String(error)),
  })
  t.teardown(() => server[Symbol.asyncDispose]())
  return { url: server.url, done, handled, results: () => handled.map(({ result }) => result) }
}
