import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { ApiError, ConnectionError } from '../../src/adapters/cluster/api-error.ts'
import { NO_RULES } from '../../src/model/rules.ts'
import type { Settings } from '../../src/model/settings.ts'
import { Follower } from '../../src/roles/follower.ts'
import { Reeve } from '../../src/roles/reeve.ts'
import { KindWaiter } from '../../src/stages/live/kind-waiter.ts'
import type { Log } from '../../src/support/telemetry/log.ts'
import type { Bed } from './bed.ts'

export interface SubjectOptions {
  readonly bed: Bed
  /** Of the Repository, the cluster and the branch. */
  readonly name: string
  readonly kubeconfig: string
  readonly dataDir: string
  /** Told lines of JSON. */
  readonly log: (line: string) => void
  /** Ends a start that comes to no end. */
  readonly signal: AbortSignal
}

const NEVER = 3_600_000
const TRY_AGAIN_AFTER = 200

/** A Reeve in this process, put together as `reeve run` does, that asks for a new commit when told to. */
export class Subject implements AsyncDisposable {
  readonly reeve: Reeve
  readonly #follower: Follower
  readonly #waiter: KindWaiter

  private constructor(reeve: Reeve, follower: Follower, waiter: KindWaiter) {
    this.reeve = reeve
    this.#follower = follower
    this.#waiter = waiter
  }

  static async start(options: SubjectOptions): Promise<Subject> {
    const { signal } = options
    const { metrics } = options.bed
    const settings = settingsOf(options)
    const log: Log = pino({ base: null }, { write: options.log })
    const reeve = await patiently(() => Reeve.open(settings, log, metrics), signal)
    await patiently(() => reeve.leaderLease.acquire(() => {}), signal)
    const waiter = new KindWaiter(reeve.view.client, () => reeve.controller.refreshKinds())
    reeve.controller.onWaiting((isWaiting) => waiter.set(isWaiting))
    await reeve.loadRecords()
    const follower = new Follower({ settings, reeve, log, metrics })
    follower.start()
    return new Subject(reeve, follower, waiter)
  }

  /** There may be a new commit. */
  poll(): void {
    this.#follower.pollNow()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiter.set(false)
    const stopped = this.#follower.stop()
    await this.reeve.close()
    await stopped
  }
}

async function patiently<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await task()
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof ApiError)) throw error
      await sleep(TRY_AGAIN_AFTER, undefined, { signal })
    }
  }
}

function settingsOf({ bed, name, kubeconfig, dataDir }: SubjectOptions): Settings {
  return {
    repo: bed.git.url,
    branch: name,
    path: '',
    statusBranch: `reeve/status/${name}`,
    credentials: {},
    dataDir,
    kubeconfig,
    cluster: name,
    name,
    namespace: name,
    rules: NO_RULES,
    poll: { intervalMs: NEVER },
    log: { level: 'info', format: 'json' },
  }
}
