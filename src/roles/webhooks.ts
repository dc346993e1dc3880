import type { Route } from '../adapters/http/route.ts'
import { TokenBucket } from '../adapters/http/token-bucket.ts'
import { type HandledWebhook, webhookRoute } from '../adapters/http/webhooks/webhook-route.ts'
import { readWebhookSecrets } from '../adapters/http/webhooks/webhook-secrets.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import type { StartContext } from './start-context.ts'
import { requestOf } from './webhook-requests.ts'

/** Lines about refused webhooks: who sends many does not fill the log. */
const TOLD = { burst: 20, perSecond: 0.1 }

/** The endpoint of webhooks; none without a secret. Each event becomes a request to the parts of the process. */
export function webhookRoutes({
  settings,
  metrics,
  requests,
  log,
}: Pick<StartContext, 'settings' | 'metrics' | 'requests' | 'log'>): readonly Route[] {
  const { webhooks } = settings
  if (webhooks === undefined) return []
  const told = new TokenBucket(TOLD, performance.now())
  const route = webhookRoute({
    secrets: () => readWebhookSecrets(webhooks),
    workOf: (event) => {
      const request = requestOf(event, settings)
      return request && (() => requests.request(request))
    },
    onHandled: (handled) => {
      metrics.webhookHandled(handled.forge, handled.result)
      tell(handled, log, told)
    },
  })
  return [route]
}

function tell({ forge, result, address, event, failure }: HandledWebhook, log: Log, told: TokenBucket): void {
  if (result === 'accepted') log.info({ forge, event: event?.kind }, 'webhook accepted')
  else if (result === 'ignored' || result === 'repeated')
    log.debug({ forge, result }, 'webhook without effect')
  else if (!told.take(performance.now())) return
  else if (failure) log.error(faultFields(failure.fault), 'webhooks cannot be verified')
  else log.warn({ forge, result, address }, 'webhook refused')
}
