import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'

export interface LogLine {
  readonly msg: string
  readonly level: string
  /** When it came out of the pipe (performance.now()). */
  readonly at: number
  readonly [field: string]: unknown
}

interface RawLine {
  readonly text: string
  readonly at: number
}

/** A hung program is given up after this long. */
const PATIENCE_MS = 600_000
const TOLD = 10

/** The log of a process. Only lines that somebody waits for are parsed: it is on the same cores. */
export class LogFollower {
  readonly #child: ChildProcess
  readonly #lines: RawLine[] = []
  readonly #news = new EventEmitter()
  #rest = ''

  constructor(child: ChildProcess) {
    this.#child = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#take(text))
    child.once('exit', () => this.#news.emit('line'))
  }

  get length(): number {
    return this.#lines.length
  }

  /** Resolves with the first line of that message from the `from`th line on. */
  async logged(message: string, from = 0): Promise<LogLine> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    for (let next = from; ; ) {
      for (; next < this.#lines.length; next++) {
        const line = this.#lines[next]
        if (line?.text.includes(`"msg":"${message}"`)) return { ...JSON.parse(line.text), at: line.at }
      }
      if (this.#child.exitCode !== null)
        throw new Error(`reeve ended instead of logging "${message}"\n${this.tail()}`)
      await once(this.#news, 'line', { signal })
    }
  }

  /** The last lines. */
  tail(): string {
    return this.#lines
      .slice(-TOLD)
      .map(({ text }) => text)
      .join('\n')
  }

  #take(text: string): void {
    const at = performance.now()
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#lines.push({ text: line, at })
    if (lines.length > 0) this.#news.emit('line')
  }
}
