import { FaultError } from '../../../model/fault.ts'
import { parseJson } from '../../../model/json.ts'
import type { WebhookForge, WebhookResult } from '../../../model/webhook.ts'
import type { Answer, BodyLimits, Route, RouteRequest } from '../route.ts'
import { type Delivery, deliveryOf, namesOf } from './delivery.ts'
import { Gate } from './gate.ts'
import { githubEvent } from './github-event.ts'
import { gitlabEvent } from './gitlab-event.ts'
import { isSigned } from './is-signed.ts'
import { payloadOf } from './payload-of.ts'
import { isStale, ReplayWindow } from './replay-window.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** The forges give up after 10 s, and send far less than this. */
const BODY: BodyLimits = { maxBytes: 1 << 20, withinMs: 10_000 }

export interface WebhookOptions {
  /**
   * The secrets that count now; one of them suffices.
   * @throws FaultError if there are none
   */
  readonly secrets: () => Promise<readonly string[]>
  /** The work of an event; undefined where there is none. It begins once the forge has its answer. */
  readonly workOf: (event: WebhookEvent) => (() => void) | undefined
  /** Called for each request. */
  readonly onHandled: (handled: HandledWebhook) => void
  /** In milliseconds, of a clock that never goes back, by which senders are limited. */
  readonly now?: () => number
}

export interface HandledWebhook {
  /** As the request claims, where it is not accepted. */
  readonly forge: WebhookForge
  readonly result: WebhookResult
  /** IP address of the other side of the connection. */
  readonly address: string
  readonly event?: WebhookEvent
  /** Why no webhook can be accepted now. */
  readonly failure?: FaultError
}

type Handled = Omit<HandledWebhook, 'address' | 'forge'> & { readonly answer: Answer }

/** The endpoint of webhooks of all forges: checks who sends, and begins what the event asks for. */
export function webhookRoute(options: WebhookOptions): Route {
  const gate = new Gate(options.now)
  const window = new ReplayWindow()
  return {
    method: 'POST',
    path: '/webhooks',
    body: BODY,
    async handle(request) {
      const { address } = request
      const delivery = deliveryOf(request.headers)
      const isAdmitted = gate.admits(address)
      const { answer, ...handled } = isAdmitted ? await handle(delivery, request, options, window) : LIMITED
      if (isAdmitted && !REFUSED.has(handled.result)) gate.notePassed(address)
      options.onHandled({ ...handled, address, forge: delivery?.forge ?? 'unknown' })
      return answer
    },
  }
}

/** What nobody proved to come from a forge. */
const REFUSED: ReadonlySet<WebhookResult> = new Set(['forged', 'oversized', 'late'])

const refused = (result: WebhookResult, status: number, text: string): Handled => ({
  result,
  answer: { status, text: `${text}\n` },
})

const LIMITED: Handled = {
  result: 'limited',
  answer: { status: 429, text: 'too many requests\n', headers: { 'retry-after': '10' } },
}
const UNKNOWN = refused('forged', 400, 'not a webhook of GitHub, GitLab, Gitea or Forgejo')
const OVERSIZED = refused('oversized', 413, 'too large')
const LATE = refused('late', 408, 'the body took too long')
const FORGED = refused('forged', 401, 'no valid signature or token')
const MALFORMED = refused('malformed', 400, 'not JSON')
const STALE = refused('stale', 400, 'stale: the event is too old, or the clocks differ')

async function handle(
  delivery: Delivery | undefined,
  { readBody }: RouteRequest,
  { secrets, workOf }: WebhookOptions,
  window: ReplayWindow,
): Promise<Handled> {
  if (delivery === undefined) return UNKNOWN
  const body = await readBody()
  if ('refused' in body) return body.refused === 413 ? OVERSIZED : LATE
  const known = await secrets().catch(asFailure)
  if (known instanceof FaultError)
    return { ...refused('failed', 503, 'webhooks cannot be verified now'), failure: known }
  const payload = payloadOf(delivery, body.bytes)
  if (!isSigned(delivery, body.bytes, payload, known)) return FORGED
  const json = payload === undefined ? undefined : parseJson(payload)
  if (json === undefined) return MALFORMED
  const event =
    delivery.forge === 'gitlab' ? gitlabEvent(delivery.event, json) : githubEvent(delivery.event, json)
  if (isStale(delivery, event)) return STALE
  if (window.isRepeated(namesOf(delivery, body.bytes)))
    return { result: 'repeated', answer: ok('known already') }
  const work = event && workOf(event)
  if (event === undefined || work === undefined) return { result: 'ignored', answer: ok('nothing to do') }
  return { result: 'accepted', event, answer: { status: 202, text: 'accepted\n', after: work } }
}

function asFailure(error: unknown): FaultError {
  if (error instanceof FaultError) return error
  throw error
}

function ok(text: string): Answer {
  return { status: 200, text: `${text}\n` }
}
