import type { ClientChannel } from 'ssh2'
import { untilAborted } from '../../support/concurrency/until-aborted.ts'

/** Maximum length of what is kept of the error output. */
const LONGEST_WORDS = 4_096

/** A command that runs at an SSH server: its input and output, which may be read in parts. */
export class ExecChannel {
  readonly #channel: ClientChannel
  readonly #closed = Promise.withResolvers<void>()
  #news = Promise.withResolvers<void>()
  #isClosed = false
  #words = ''
  #exitCode: number | undefined

  constructor(channel: ClientChannel) {
    this.#channel = channel
    const tell = () => this.#news.resolve()
    channel
      .on('error', tell)
      .on('readable', tell)
      .on('end', tell)
      .on('exit', (code: number | null) => {
        this.#exitCode = code ?? undefined
      })
      .on('close', () => {
        this.#isClosed = true
        this.#closed.resolve()
        tell()
      })
    // Read whatever it is, or the server waits for more of the window.
    channel.stderr.on('data', (chunk: Buffer) => {
      if (this.#words.length < LONGEST_WORDS) this.#words += chunk.toString('utf8').slice(0, LONGEST_WORDS)
    })
  }

  /** Beginning of the error output so far. */
  get words(): string {
    return this.#words
  }

  /** Undefined while the command runs, and if the connection ended first. */
  get exitCode(): number | undefined {
    return this.#exitCode
  }

  /** The output from here on; ends with it, or with the connection. The rest stays to be read after a break. */
  async *chunks(signal: AbortSignal): AsyncGenerator<Buffer, void> {
    while (true) {
      this.#news = Promise.withResolvers()
      const chunk: Buffer | null = this.#channel.read()
      if (chunk !== null) yield chunk
      else if (this.#isClosed || this.#channel.readableEnded) return
      else await untilAborted(this.#news.promise, signal)
      signal.throwIfAborted()
    }
  }

  /** Resolves when the server takes more, or has ended the command. */
  async write(chunk: Uint8Array, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (!this.#isClosed) this.#channel.write(chunk, () => resolve())
    await untilAborted(Promise.race([promise, this.#closed.promise]), signal)
  }

  /** Ends the input, after a last chunk if there is one. */
  end(last?: Uint8Array): void {
    if (!this.#isClosed) this.#channel.end(last)
  }

  /** Waits for the end of the command for so many milliseconds, and drops its output. */
  async endsWithin(ms: number): Promise<boolean> {
    const late = AbortSignal.timeout(ms)
    try {
      for await (const _ of this.chunks(late)); // the end comes after the output
      await untilAborted(this.#closed.promise, late)
      return true
    } catch (error) {
      if (!late.aborted) throw error
      return false
    }
  }

  /** Ends the command. */
  close(): void {
    if (!this.#isClosed) this.#channel.close()
  }
}
