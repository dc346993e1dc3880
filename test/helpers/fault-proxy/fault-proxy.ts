import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { passedOn } from '../passed-on.ts'
import { Random } from '../random.ts'
import {
  type Answer,
  EXPIRED,
  gatewayAnswer,
  statusAnswer,
  throttledAnswer,
  UNAUTHORIZED,
} from './answers.ts'
import { type ApiCall, targetOf, withQuery } from './api-call.ts'
import { breakOff } from './break-off.ts'
import { type CredentialKind, Credentials } from './credentials.ts'
import { type Drawn, type Fault, FaultDice, type FaultPlan, type FaultScript } from './faults.ts'
import { readCall } from './read-call.ts'
import { SeenVersions } from './seen-versions.ts'
import type { Upstream } from './upstream.ts'
import { relayWatch } from './watch-relay.ts'

export interface FaultProxyOptions {
  readonly upstream: Upstream
  readonly seed: string
  readonly plan: FaultPlan | FaultScript
  /** For the files of its client; it has to be there. */
  readonly directory: string
  /** With certificates the proxy speaks TLS, else plain HTTP, which is cheaper. */
  readonly credentials?: CredentialKind
  /** Told what is asked and what goes wrong, for people. */
  readonly tell?: (text: string) => void
}

/** A request that reached the API server. */
export interface ForwardedWrite extends ApiCall {
  /** The object that a patch was about, before it, as JSON; empty where it was gone, and for other requests. */
  readonly before: string
}

/** Objects a page: lists have many pages. */
const PAGE = '1'
const LONGEST_STALL = 1_000
const LONGEST_SLOWNESS = 400
const LONGEST_BURST = 5
/** Within so many milliseconds the client's files follow what is accepted. */
const RENEWED_WITHIN = 400

/**
 * A proxy in front of an API server, as a load balancer in front of several may be: it forwards what
 * its client asks, and lets go wrong what the seed says.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #options: FaultProxyOptions
  readonly #credentials: Credentials
  readonly #dice: FaultDice
  readonly #versions = new SeenVersions()
  readonly #sockets = new Set<Socket>()
  readonly #writes: ForwardedWrite[] = []
  readonly #server: Server | TlsServer
  readonly #random: Random
  #kubeconfig = ''
  #calls = 0
  #burst = { code: 500, left: 0 }
  #renewal: NodeJS.Timeout | undefined

  private constructor(options: FaultProxyOptions, credentials: Credentials) {
    this.#options = options
    this.#credentials = credentials
    this.#dice = new FaultDice(options.seed, options.plan)
    this.#random = new Random(`${options.seed} renewals`)
    const listener: RequestListener = (request, response) => {
      response.on('error', () => {})
      readCall(request)
        .then((call) =>
          credentials.isAccepted(request) ? this.#answer(call, response) : this.#refuse(response),
        )
        .catch(() => breakOff(response))
    }
    this.#server =
      credentials.kind === 'token' ? createServer(listener) : createTlsServer(tlsOf(credentials), listener)
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const credentials = await Credentials.create(options.credentials ?? 'token', options.directory)
    const proxy = new FaultProxy(options, credentials)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    const address = proxy.#server.address()
    const scheme = credentials.kind === 'token' ? 'http' : 'https'
    const port = typeof address === 'object' ? address?.port : undefined
    proxy.#kubeconfig = await credentials.writeKubeconfig(`${scheme}://127.0.0.1:${port}`)
    return proxy
  }

  /** Path of a kubeconfig that leads through the proxy. */
  get kubeconfig(): string {
    return this.#kubeconfig
  }

  /** How often each fault was injected. */
  get injected(): ReadonlyMap<Fault, number> {
    return this.#dice.counts
  }

  /** Every request that writes and that reached the API server, in the order of arrival. */
  get writes(): readonly ForwardedWrite[] {
    return this.#writes
  }

  /** How many requests came in, other than watches. */
  get calls(): number {
    return this.#calls
  }

  /** From now on faults happen by another plan; by default none. What is under way comes to its end. */
  change(plan: FaultPlan | FaultScript = {}): void {
    this.#dice.change(plan)
    this.#burst.left = 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#renewal)
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(call: ApiCall, response: ServerResponse): Promise<void> {
    if (call.kind !== 'watch') this.#calls++
    if (this.#burst.left > 0) return this.#fail(call, response)
    const drawn = this.#dice.draw(call)
    this.#options.tell?.(`${call.method} ${targetOf(call)}${drawn === undefined ? '' : `: ${drawn.fault}`}`)
    if (drawn === undefined) return this.#pass(call, response, undefined)
    await this.#befall(call, response, drawn)
  }

  async #befall(call: ApiCall, response: ServerResponse, drawn: Drawn): Promise<void> {
    const { fault, random } = drawn
    if (fault.startsWith('watch-') && fault !== 'watch-refused' && fault !== 'watch-replayed')
      return this.#pass(call, response, drawn)
    if (fault === 'list-stale' || fault === 'watch-replayed') return this.#goBack(call, response, drawn)
    this.#dice.note(fault)
    switch (fault) {
      case 'reset-before':
        return breakOff(response)
      case 'answer-lost':
        await this.#carryOut(call)
        return breakOff(response)
      case 'reset-in-answer':
        return cutShort(response, await this.#carryOut(call), random)
      case 'stall':
        await sleep(random.between(50, LONGEST_STALL))
        return breakOff(response)
      case 'slow':
        await sleep(random.between(20, LONGEST_SLOWNESS))
        return this.#pass(call, response, undefined)
      case 'burst':
        this.#burst = { code: random.pick([500, 502, 503, 504]), left: random.between(1, LONGEST_BURST) }
        return this.#fail(call, response)
      case 'throttled':
        return deliver(response, throttledAnswer(1))
      case 'expired-token':
      case 'rotated-client':
        this.#credentials.expireClient()
        this.#renewSoon()
        return this.#refuse(response)
      case 'rotated-authority':
        return this.#rotateServer()
      default:
        return deliver(response, statusAnswer(410, EXPIRED))
    }
  }

  async #pass(call: ApiCall, response: ServerResponse, drawn: Drawn | undefined): Promise<void> {
    if (call.kind === 'watch') return this.#watch(call, response, drawn)
    deliver(response, await this.#carryOut(call))
  }

  /** An answer as of an earlier time. */
  #goBack(call: ApiCall, response: ServerResponse, { fault, random }: Drawn): Promise<void> {
    const asked = call.query.get('resourceVersion') ?? undefined
    const resourceVersion = this.#versions.older(random, asked)
    if (resourceVersion === undefined) return this.#pass(call, response, undefined)
    this.#dice.note(fault)
    const exact = call.kind === 'list' && { resourceVersionMatch: 'Exact' }
    return this.#pass(withQuery(call, { resourceVersion, ...exact }), response, undefined)
  }

  /** One of a burst. A gateway that gives up waiting does not know whether the request was carried out. */
  async #fail(call: ApiCall, response: ServerResponse): Promise<void> {
    const { code } = this.#burst
    this.#burst.left--
    if (code === 504 && call.kind === 'write') await this.#carryOut(call)
    const details = { reason: 'InternalError', message: 'an error on the server' }
    deliver(response, code === 500 ? statusAnswer(code, details) : gatewayAnswer(code))
  }

  #refuse(response: ServerResponse): void {
    deliver(response, UNAUTHORIZED)
  }

  /** The connections break, and new ones meet a certificate that the client's files do not know yet. */
  #rotateServer(): void {
    this.#credentials.replaceServer()
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(tlsOf(this.#credentials))
    for (const socket of this.#sockets) socket.destroy()
    this.#renewSoon()
  }

  #renewSoon(): void {
    clearTimeout(this.#renewal)
    const renew = () => void this.#credentials.renewFiles().catch(() => {})
    this.#renewal = setTimeout(renew, this.#random.between(0, RENEWED_WITHIN))
  }

  /** Has the API server do it, whatever the client gets to hear. */
  async #carryOut(call: ApiCall): Promise<Answer> {
    if (call.kind === 'write') this.#writes.push({ ...call, before: await this.#before(call) })
    const isPaged = call.kind === 'list' && call.query.get('limit') !== '0'
    const asked = isPaged ? withQuery(call, { limit: PAGE }) : call
    const { statusCode, headers, body } = await this.#options.upstream.send(
      asked,
      new AbortController().signal,
    )
    const bytes = Buffer.from(await body.arrayBuffer())
    if (call.kind === 'list') this.#versions.noteIn(bytes.toString())
    return { code: statusCode, headers: passedOn(headers, PASSED_ON), body: bytes }
  }

  /** The object as it is, where it is to be patched. */
  async #before({ method, path, ...call }: ApiCall): Promise<string> {
    if (method !== 'PATCH') return ''
    const read = { ...call, path, method: 'GET', query: new URLSearchParams(), contentType: '', body: '' }
    const { statusCode, body } = await this.#options.upstream.send(read, new AbortController().signal)
    const text = await body.text()
    return statusCode === 404 ? '' : text
  }

  async #watch(call: ApiCall, response: ServerResponse, drawn: Drawn | undefined): Promise<void> {
    const ended = new AbortController()
    response.once('close', () => ended.abort())
    const { statusCode, headers, body } = await this.#options.upstream.send(call, ended.signal)
    response.writeHead(statusCode, passedOn(headers, PASSED_ON))
    response.flushHeaders()
    await relayWatch({
      stream: body,
      response,
      drawn,
      abort: () => ended.abort(),
      onEvent: (line) => this.#versions.noteIn(line),
      onFault: (fault) => this.#dice.note(fault),
    })
  }
}

function tlsOf({ server: { certificate, key } }: Credentials) {
  return { cert: certificate, key, requestCert: true, rejectUnauthorized: false }
}

function deliver(response: ServerResponse, { code, headers, body }: Answer): void {
  response.writeHead(code, { ...headers, 'content-length': body.length }).end(body)
}

/** The head of an answer and some of its body, then nothing. */
function cutShort(response: ServerResponse, { code, headers, body }: Answer, random: Random): void {
  response.writeHead(code, { ...headers, 'content-length': body.length })
  response.write(body.subarray(0, random.between(0, body.length - 1)), () => breakOff(response))
}

const PASSED_ON = ['content-type', 'etag', 'retry-after', 'warning']
