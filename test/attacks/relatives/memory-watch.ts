import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 200

/** Watches how much memory a process and its children have. */
export class MemoryWatch implements AsyncDisposable {
  readonly #pid: number
  readonly #watching: Promise<void>
  #isClosed = false
  #together = 0
  #alone = 0

  constructor(pid: number) {
    this.#pid = pid
    this.#watching = this.#watch()
  }

  /** The most that the process itself ever had, as the kernel notes it, in MiB, without what it can read again. */
  get alone(): number {
    return this.#alone
  }

  /** The most that it and its children were seen to have at once, in MiB, without what the kernel can read again. */
  get together(): number {
    return this.#together
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#watching
  }

  async #watch(): Promise<void> {
    while (!this.#isClosed) {
      const { peak, now } = await memoryOf(this.#pid)
      const children = await Promise.all((await childrenOf(this.#pid)).map(memoryOf))
      this.#alone = Math.max(this.#alone, peak)
      this.#together = Math.max(
        this.#together,
        children.reduce((total, child) => total + child.now, now),
      )
      await sleep(EVERY_MS)
    }
  }
}

/** Nothing where the process has ended. */
async function memoryOf(pid: number): Promise<{ readonly peak: number; readonly now: number }> {
  const status = await textOf(`/proc/${pid}/status`)
  const mebibytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024
  return { peak: mebibytes('VmHWM') - mebibytes('RssFile'), now: mebibytes('RssAnon') }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const texts = await Promise.all(threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`)))
  return texts.flatMap((text) => text.split(' ').filter(Boolean)).map(Number)
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
