import { pino } from 'pino'
import type { Controller } from '../../src/control/controller/controller.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { NO_RULES } from '../../src/model/rules.ts'
import type { Settings } from '../../src/model/settings.ts'
import { NO_TENANCY } from '../../src/model/tenancy.ts'
import { Lifecycle } from '../../src/roles/lifecycle.ts'
import { Requests } from '../../src/roles/requests.ts'
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

/** A Reeve in this process, put together as `reeve run` does, that asks for a new commit when told to. */
export class Subject implements AsyncDisposable {
  readonly #lifecycle: Lifecycle
  readonly #requests: Requests

  private constructor(lifecycle: Lifecycle, requests: Requests) {
    this.#lifecycle = lifecycle
    this.#requests = requests
  }

  static async start(options: SubjectOptions): Promise<Subject> {
    const { metrics } = options.bed
    const log: Log = pino({ base: null }, { write: options.log })
    const requests = new Requests()
    await using starting = new AsyncDisposableStack()
    const process = { settings: settingsOf(options), log, metrics, requests, waits: true }
    const lifecycle = starting.use(new Lifecycle(['follow'], process))
    await lifecycle.start(options.signal)
    starting.move()
    return new Subject(lifecycle, requests)
  }

  get controller(): Controller {
    return this.#lifecycle.get('controller')
  }

  /** Objects that its cache does not hold as they are: a watch may be silent for a while. */
  unseen(objects: readonly LiveObject[]): readonly LiveObject[] {
    const cached = new Set([...this.#lifecycle.get('live').cache.all()].map(stateOf))
    return objects.filter((object) => !cached.has(stateOf(object)))
  }

  /** There may be a new commit. */
  poll(): void {
    this.#requests.request({ kind: 'poll' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lifecycle[Symbol.asyncDispose]()
  }
}

function stateOf({ metadata: { uid, resourceVersion } }: LiveObject): string {
  return `${uid} ${resourceVersion}`
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
    tenancy: NO_TENANCY,
    provenance: [],
    poll: { intervalMs: NEVER },
    log: { level: 'info', format: 'json' },
  }
}
