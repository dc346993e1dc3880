import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git'
import type { Budgets } from '../../../model/budgets.ts'
import { redactUrl } from '../../../model/redact-url.ts'
import type { DownloadClaim } from '../../../support/exchange/download-room.ts'
import type { Pace } from '../../../support/exchange/pace.ts'
import { TooSlow } from '../../../support/exchange/too-slow.ts'
import { upload } from '../../../support/exchange/upload.ts'
import type { ExecChannel } from '../../ssh/exec-channel.ts'
import type { Running, Sessions } from '../../ssh/sessions.ts'
import { isLongList, withHead } from '../advertisement.ts'
import { awaitAnswer, type PaceSettings, type Purpose, paceOf, slowWords } from '../answer-pace.ts'
import { collect } from '../collect.ts'
import { unreachable } from '../git-fault.ts'
import { oneChunk } from '../one-chunk.ts'
import { encodeLine, FLUSH } from '../pkt-line.ts'
import { readAnswer } from '../read-answer.ts'
import { CLOSED, checkCommandAnswer } from './check-command-answer.ts'
import { quotedForShell } from './quoted-for-shell.ts'
import { connectionFault, type Service } from './ssh-fault.ts'
import { untilFlush } from './until-flush.ts'

export interface StatefulOptions extends PaceSettings {
  readonly sessions: Sessions
  /** The remote's URL in messages. */
  readonly url: string
  /** The repository's path at the server. */
  readonly path: string
  readonly budgets: Budgets
  readonly signal: AbortSignal
  readonly claim?: DownloadClaim | undefined
  /** Receives whether the remote has too many refs to list them all. */
  readonly onList: (isLong: boolean) => void
}

/** A command at the server whose list of refs was read. */
interface Open {
  readonly running: Running
  readonly service: Service
  /** Version 2 of Git's protocol, if the server took that. */
  readonly isV2: boolean
}

/** Maximum time in which a command ends that is asked for no more, in milliseconds. */
const ENDS_WITHIN_MS = 5_000
/** Of a line, in bytes. */
const LENGTH = 4
/** First line of a server that speaks version 2 (gitprotocol-v2(5)). */
const V2 = 'version 2'

/**
 * Git's stateful protocol (gitprotocol-pack(5)), for one operation, behind the HTTP side of isomorphic-git: a GET starts
 * the command and reads its list of refs; a POST writes to the same command and reads the rest.
 */
export class StatefulClient implements HttpClient {
  readonly #options: StatefulOptions
  #open: Open | undefined

  constructor(options: StatefulOptions) {
    this.#options = options
  }

  async request(asked: GitHttpRequest): Promise<GitHttpResponse> {
    const service = asked.url.includes('git-receive-pack') ? 'git-receive-pack' : 'git-upload-pack'
    const isV2 = asked.headers?.['Git-Protocol'] !== undefined
    const isList = asked.method !== 'POST'
    const body = asked.body ? await collect(asked.body) : Buffer.alloc(0)
    const bytes = isList ? await this.#list(service, isV2) : await this.#answer(service, body)
    return {
      url: asked.url,
      statusCode: 200,
      statusMessage: '',
      headers: { 'content-type': `application/x-${service}-${isList ? 'advertisement' : 'result'}` },
      body: oneChunk(bytes),
    }
  }

  /** Ends a command that only listed its refs. */
  settle(): void {
    const open = this.#open
    this.#open = undefined
    if (open) void endKindly(open.running)
  }

  #list(service: Service, isV2: boolean): Promise<Buffer> {
    this.settle()
    return this.#exchange('list', service, async (pace, signal) => {
      const bytes = await this.#start(service, isV2, pace, signal)
      const greeting = Buffer.concat([encodeLine(`# service=${service}\n`), FLUSH])
      const list = Buffer.concat([greeting, bytes])
      if (service === 'git-receive-pack' || this.#open?.isV2) return list
      this.#options.onList(isLongList(list))
      return withHead(list)
    })
  }

  async #start(service: Service, isV2: boolean, pace: Pace, signal: AbortSignal): Promise<Buffer> {
    const { sessions, path } = this.#options
    const env = isV2 ? { GIT_PROTOCOL: 'version=2' } : {}
    const command = { command: `${service} ${quotedForShell(path)}`, env, signal }
    const first = await this.#firstList(service, await sessions.start(command), pace, signal)
    if (first !== 'dead') return first
    this.#abandon()
    const second = await this.#firstList(service, await sessions.startAnew(command), pace, signal)
    if (second === 'dead') throw unreachable(this.#options.url, CLOSED)
    return second
  }

  /** The list of refs that a command begins with; 'dead' if it began over a kept connection that had ended. */
  async #firstList(
    service: Service,
    running: Running,
    pace: Pace,
    signal: AbortSignal,
  ): Promise<Buffer | 'dead'> {
    this.#open = { running, service, isV2: false }
    const { channel, isReused } = running
    const bytes = await this.#read('list', channel, pace, signal)
    if (isReused && bytes.length === 0) {
      await channel.endsWithin(ENDS_WITHIN_MS)
      if (channel.exitCode === undefined && channel.words === '') return 'dead'
    }
    await checkCommandAnswer(bytes, { ...this.#options, service, channel, hasPack: false })
    this.#open = { running, service, isV2: bytes.toString('latin1', LENGTH, LENGTH + V2.length) === V2 }
    return bytes
  }

  #answer(service: Service, body: Buffer): Promise<Buffer> {
    const open = this.#open
    if (open?.service !== service) throw unreachable(this.#options.url, 'the server lists no refs')
    const purpose = open.isV2 ? 'list' : service === 'git-receive-pack' ? 'push' : 'fetch'
    return this.#exchange(purpose, service, async (pace, signal) => {
      const { channel } = open.running
      const answered = this.#read(purpose, channel, pace, signal)
      const [bytes] = await Promise.all([answered, this.#send(body, purpose, channel, pace, signal)])
      await checkCommandAnswer(bytes, { ...this.#options, service, channel, hasPack: purpose === 'fetch' })
      if (purpose !== 'list') this.#finish(open)
      return bytes
    })
  }

  async #send(
    body: Buffer,
    purpose: Purpose,
    channel: ExecChannel,
    pace: Pace,
    signal: AbortSignal,
  ): Promise<void> {
    const pieces = upload(body, pace, () => awaitAnswer(purpose, pace, this.#options))
    for await (const piece of Buffer.isBuffer(pieces) ? [pieces] : pieces) await channel.write(piece, signal)
    if (purpose === 'push') channel.end()
  }

  /** A list ends with a flush, anything else with the command. */
  #read(purpose: Purpose, channel: ExecChannel, pace: Pace, signal: AbortSignal): Promise<Buffer> {
    const chunks = channel.chunks(signal)
    return readAnswer(purpose === 'list' ? untilFlush(chunks) : chunks, purpose, pace, this.#options)
  }

  async #exchange(
    purpose: Purpose,
    service: Service,
    action: (pace: Pace, signal: AbortSignal) => Promise<Buffer>,
  ): Promise<Buffer> {
    const { url, signal } = this.#options
    const pace = paceOf(purpose, `${service} of ${redactUrl(url)}`, this.#options)
    try {
      return await action(pace, AbortSignal.any([pace.tooSlow, signal]))
    } catch (error) {
      this.#abandon()
      if (signal.aborted) throw signal.reason
      throw connectionFault(url, error instanceof TooSlow ? slowWords(error, purpose) : error)
    } finally {
      pace.end()
    }
  }

  #finish({ running }: Open): void {
    this.#open = undefined
    running.channel.close()
    running.release(true)
  }

  #abandon(): void {
    const open = this.#open
    this.#open = undefined
    open?.running.channel.close()
    open?.running.release(false)
  }
}

/** Its connection is used again only if it ends as it should. */
async function endKindly({ channel, release }: Running): Promise<void> {
  channel.end(FLUSH)
  release(await channel.endsWithin(ENDS_WITHIN_MS))
}
