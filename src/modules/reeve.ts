import { isDeepStrictEqual } from 'node:util'
import type { ClusterClientOptions } from '../cluster/client.ts'
import type { Repository } from '../git/repository.ts'
import { Serial } from '../git/serial.ts'
import { FaultError, faultOf } from '../model/fault.ts'
import { retryDelay } from '../model/retry-delay.ts'
import type { Settings } from '../model/settings.ts'
import { Reporter } from '../report/reporter.ts'
import { readKeptStatus, readStatusBranch, writeStatusBranch } from '../report/status-branch.ts'
import { takeSnapshot } from '../snapshot/take-snapshot.ts'
import type { TemplateSources } from '../source/template-sources.ts'
import { anyFault } from './any-fault.ts'
import { chartCluster } from './chart-cluster.ts'
import { ClusterView } from './cluster-view.ts'
import { Controller } from './controller.ts'
import { declareFleet, type Fleet, isPassing } from './fleet.ts'
import { type History, isUndecryptable } from './history.ts'
import { Keyring } from './keyring.ts'
import { faultFields, type Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { Planner } from './planner.ts'
import { Renderers } from './renderers.ts'
import { ancestryOf, commitsOf, historyOf, openLocalCopy, openSources } from './repository-parts.ts'
import { forgetIdentity, identityIn } from './tenure/identity.ts'
import { Tenure } from './tenure/tenure.ts'
import { within } from './within.ts'

/** How long what is under way may take at the end, in milliseconds. */
const GRACE_MS = 8_000

/** The parts of a Reeve, connected: Git on one side, the cluster on the other. */
export class Reeve {
  readonly repository: Repository
  readonly view: ClusterView
  readonly controller: Controller
  readonly reporter: Reporter
  readonly tenure: Tenure
  readonly renderers: Renderers
  readonly #keyring: Keyring
  readonly #history: History
  readonly #sources: TemplateSources
  readonly #settings: Settings
  readonly #log: Log
  /** Moving to a commit, and declaring it again, go one after the other. */
  readonly #inTurn = new Serial()
  #fleet: Fleet | undefined
  /** What could not be rendered is tried again then, and how often it was in vain. */
  #again: NodeJS.Timeout | undefined
  #inVain = 0
  #isClosing = false
  /** Whether the status branch was, when it was read, as this Reeve left it. */
  #areRecordsOwn = false

  private constructor(parts: Parts) {
    const { repository, view, tenure, settings, log, metrics, patienceMs } = parts
    this.repository = repository
    this.view = view
    this.tenure = tenure
    this.#settings = settings
    this.#log = log
    this.reporter = createReporter(parts)
    this.#keyring = new Keyring(settings.keys)
    const { decrypt } = this.#keyring
    const sources = openSources(settings, log)
    this.#sources = sources
    const renderers = new Renderers({
      decrypt,
      sources,
      cluster: () => chartCluster(view),
      ...(patienceMs !== undefined && { patienceMs }),
    })
    this.renderers = renderers
    sources.onNews(() => this.#declareAgain())
    const history = historyOf({ repository, settings, renderers, decrypt, known: () => this.#fleet?.tree })
    this.#history = history
    const planner = new Planner({
      view,
      history,
      repository: settings.name,
      namespace: settings.namespace,
      rules: settings.rules,
      commits: (range) => commitsOf(repository, range),
      record: (name) => this.reporter.get(name),
    })
    this.controller = new Controller({
      rules: settings.rules,
      view,
      planner,
      reporter: this.reporter,
      namespace: settings.namespace,
      redeclare: (fleet) =>
        declareFleet(fleet.snapshot, { namespace: settings.namespace, renderers, decrypt }, fleet),
      installationAt: (commit, id) => history.installationAt(commit, id),
      ancestry: ancestryOf(repository),
      areRecordsOwn: () => this.#areRecordsOwn,
      log,
      metrics,
    })
  }

  /** @throws FaultError where the data directory, the configuration or the API server can't be used */
  static async open(
    settings: Settings,
    log: Log,
    metrics: Metrics,
    { signal, patienceMs }: OpenOptions = {},
  ): Promise<Reeve> {
    const repository = await openLocalCopy(settings, log)
    try {
      const me = await identityIn(settings.dataDir)
      let tenure: Tenure | undefined
      const options: ClusterClientOptions = {
        onWarning: (warning) => log.warn({ warning }, 'the API server warns'),
        onExchange: ({ code }) => code === 0 && tenure?.doubt(),
        beforeWrite: () => tenure?.confirm(),
      }
      const { kubeconfig, name } = settings
      const view = await ClusterView.open(kubeconfig, name, options, signal)
      tenure = new Tenure({ client: view.client, repository: name, me, log })
      return new Reeve({ repository, view, tenure, settings, log, metrics, patienceMs })
    } catch (error) {
      await repository.close()
      throw error
    }
  }

  /** Reads what an earlier Reeve recorded. Where that can't be had, the records are written anew. */
  async loadRecords(): Promise<void> {
    this.view.findOwned().catch(() => {}) // meanwhile; who needs it asks again
    try {
      await this.reporter.load()
      await this.#lookWhoWrote()
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      this.#log.warn(faultFields(error.fault), 'earlier records can not be read')
    }
  }

  async #lookWhoWrote(): Promise<void> {
    const { statusBranch: branch } = this.#settings
    const { outbox } = this.repository
    const [written, head] = await Promise.all([outbox.lastWritten(branch), outbox.localHead(branch)])
    this.#areRecordsOwn = written === head
    if (written === undefined || this.#areRecordsOwn) return
    this.#log.warn(
      { branch, written, head },
      'the status branch is not as this Reeve left it: its records count only as far as Git and the cluster bear them out',
    )
  }

  /** Moves the fleet to a commit that is here. */
  moveTo(commit: string): Promise<void> {
    return this.#inTurn.run(() => this.#moveTo(commit))
  }

  /** A template that the commit names, or what renders it, may be there now, or may be asked for again. */
  #declareAgain(): void {
    const again = this.#inTurn.run(async () => {
      if (this.#fleet && this.controller.commit === this.#fleet.commit.oid && !this.#isClosing)
        await this.#moveTo(this.#fleet.commit.oid)
    })
    again.catch((error) =>
      this.#log.warn(faultFields(anyFault(error)), 'the commit can not be declared again'),
    )
  }

  async #moveTo(commit: string): Promise<void> {
    const { path, namespace } = this.#settings
    const { renderers } = this
    const { decrypt } = this.#keyring
    if (await this.#keyring.isRenewed()) this.#history.forget()
    const snapshot = await takeSnapshot(this.repository, commit, path)
    const before = this.#fleet
    this.#fleet = await declareFleet(snapshot, { namespace, renderers, decrypt }, before)
    logFaults(this.#fleet, before, this.#log)
    this.#renderAgainLater(this.#fleet)
    await this.controller.moveTo(this.#fleet)
  }

  #renderAgainLater({ installations }: Fleet): void {
    clearTimeout(this.#again)
    this.#inVain = [...installations.values()].some(isPassing) ? this.#inVain + 1 : 0
    if (this.#inVain === 0 || this.#isClosing) return
    this.#again = setTimeout(() => this.#declareAgain(), retryDelay(this.#inVain))
  }

  /** Whether there are other keys than those that some file could not be decrypted with. */
  async hasNewKeys(): Promise<boolean> {
    const installations = [...(this.#fleet?.installations.values() ?? [])]
    return installations.some(isUndecryptable) && this.#keyring.isRenewed()
  }

  /**
   * Finishes what is under way, writes what is to be recorded, and ends all connections. A server
   * that does not answer is not waited for much longer than GRACE_MS. Where another Reeve has taken
   * over nothing is written or recorded.
   */
  async close(): Promise<void> {
    const isLost = this.tenure.lost.aborted
    this.#isClosing = true
    clearTimeout(this.#again)
    await this.#sources.close()
    if (isLost) this.reporter.discard()
    await within(GRACE_MS, this.controller.stop())
    await within(GRACE_MS, this.reporter.close())
    this.reporter.discard() // what is still under way ends with the repository
    await this.tenure.release()
    await this.view.close()
    await this.renderers[Symbol.asyncDispose]()
    if (isLost) await forgetIdentity(this.#settings.dataDir)
    await this.repository.close()
  }
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** For how long a template that is somewhere else keeps the others waiting, in milliseconds; without it, until it is here or fails. */
  readonly patienceMs?: number | undefined
}

interface Parts extends Pick<OpenOptions, 'patienceMs'> {
  readonly repository: Repository
  readonly view: ClusterView
  readonly tenure: Tenure
  readonly settings: Settings
  readonly log: Log
  readonly metrics: Metrics
}

function createReporter({ repository, settings, log, metrics }: Parts): Reporter {
  const { cluster, statusBranch } = settings
  return new Reporter({
    cluster,
    read: () =>
      readStatusBranch(repository, statusBranch).catch(async (error: unknown) => {
        const kept = await readKeptStatus(repository, statusBranch)
        if (kept === undefined) throw error
        log.warn(faultFields(faultOf(error)), 'going on with the records read last')
        return kept
      }),
    write: async (files, message) => {
      const written = await writeStatusBranch(repository, { branch: statusBranch, files, message })
      return written === 'unchanged' ? undefined : written.oid
    },
    onCommit: (commit, subject) => {
      metrics.statusCommitted('pushed')
      log.info({ commit, subject, branch: statusBranch }, 'status commit')
    },
    onError: (problem, retryInMs) => {
      metrics.statusCommitted('error')
      log.warn({ ...faultFields(problem), retryInMs }, 'status not recorded')
    },
  })
}

function logFaults(fleet: Fleet, before: Fleet | undefined, log: Log): void {
  for (const [name, installation] of fleet.installations) {
    const known = before?.installations.get(name)
    if (installation === known) continue
    if (known && isPassing(known) && isDeepStrictEqual(known.faults, installation.faults)) continue
    for (const problem of installation.faults)
      log.error({ installation: name, ...faultFields(problem) }, 'fault in the installation')
    for (const notice of installation.notices ?? [])
      log.warn({ installation: name, ...faultFields(notice) }, 'notice')
  }
}
