import type { Repository } from '../adapters/git/repository.ts'
import type { TemplateSources } from '../adapters/source/template-sources.ts'
import { Controller } from '../control/controller/controller.ts'
import { FleetDeclarer, type FleetPatience } from '../control/fleet/fleet-declarer.ts'
import { Keyring } from '../control/fleet/keyring.ts'
import { LastDeclarations } from '../control/fleet/last-declarations.ts'
import {
  ancestryOf,
  commitIdsBetween,
  commitsOf,
  historyOf,
  openLocalCopy,
  openSources,
} from '../control/fleet/open-repository.ts'
import { Promptly } from '../control/fleet/promptly.ts'
import { Renderers } from '../control/fleet/renderers.ts'
import { forgetIdentity, identityIn } from '../control/lease/identity.ts'
import { LeaderLease } from '../control/lease/leader-lease.ts'
import { LeaseTaker } from '../control/lease/take-lease.ts'
import { advanceCheck } from '../control/planner/check-advance.ts'
import { Planner } from '../control/planner/planner.ts'
import { Proofs } from '../control/planner/proofs.ts'
import { SealKey } from '../control/seal/seal-key.ts'
import { FaultError, faultOf } from '../model/fault.ts'
import type { Installation } from '../model/installation.ts'
import { INSTALLATION_LABEL } from '../model/labels.ts'
import { describeKey, keyOf } from '../model/object.ts'
import type { Settings } from '../model/settings.ts'
import { installationId } from '../stages/declare/installation-id.ts'
import { chartCluster } from '../stages/live/chart-cluster.ts'
import { ClusterView, type ClusterViewOptions } from '../stages/live/cluster-view.ts'
import { formatRevision } from '../stages/plan/applied.ts'
import { Reporter } from '../stages/report/reporter.ts'
import { readKeptStatus, readStatusBranch, writeStatusBranch } from '../stages/report/status-branch.ts'
import { takeSnapshot } from '../stages/snapshot/take-snapshot.ts'
import { within } from '../support/concurrency/within.ts'
import { faultFields, type Log, logUnforeseen } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'

/** How long what is under way may take at the end, in milliseconds. */
const GRACE_MS = 8_000

/** The parts of a Reeve, connected: Git on one side, the cluster on the other. */
export class Reeve {
  readonly repository: Repository
  readonly view: ClusterView
  readonly controller: Controller
  readonly reporter: Reporter
  readonly leaderLease: LeaderLease
  readonly renderers: Renderers
  readonly #declarer: FleetDeclarer
  readonly #sealKey: SealKey
  readonly #proofs: Proofs
  readonly #sources: TemplateSources
  readonly #settings: Settings
  readonly #log: Log
  /** Whether the status branch was, when it was read, as this Reeve left it. */
  #areRecordsOwn = false

  private constructor(parts: Parts) {
    const { repository, view, leaderLease, settings, log, metrics, patience } = parts
    const { namespace, rules } = settings
    this.repository = repository
    this.view = view
    this.leaderLease = leaderLease
    this.#settings = settings
    this.#log = log
    this.reporter = createReporter(parts)
    const onUnforeseen = logUnforeseen(log)
    const keyring = new Keyring(settings.keys)
    const { decrypt } = keyring
    const sources = openSources({ settings, log, onRetry: () => metrics.retried('template') })
    this.#sources = sources
    this.renderers = new Renderers({ decrypt, sources, cluster: () => chartCluster(view) })
    const { renderers } = this
    const known = () => declarer.fleet?.tree
    const history = historyOf({ repository, settings, renderers, decrypt, onUnforeseen, known })
    const declarer = new FleetDeclarer({
      snapshotAt: (commit) => takeSnapshot(repository, commit, settings.path),
      namespace,
      renderers,
      keyring,
      patience,
      move: (fleet) => this.controller.moveTo(fleet),
      movedTo: () => this.controller.commit,
      onNewKeys: () => {
        history.forget()
        this.#proofs.forget()
      },
      onRetry: () => metrics.retried('template'),
      onUnforeseen,
      log,
    })
    this.#declarer = declarer
    sources.onNews(() => declarer.againSoon())
    const sealKey = new SealKey({
      view,
      repository: settings.name,
      mayCreate: true,
      log,
      onLoaded: () => this.#proofs.forget(),
    })
    this.#sealKey = sealKey
    const proofs = new Proofs({
      repository: settings.name,
      sealer: () => sealKey.sealer,
      installations: () => [
        ...this.controller.declared.names.keys(),
        ...[...this.reporter.all()].map(({ name }) => installationId(name)),
      ],
      lookUp: (revision, id) => history.lookUp(revision, id),
      kinds: () => view.kinds,
      namespace,
      onUnproven: (live, problem) => {
        const installation = live.metadata.labels?.[INSTALLATION_LABEL]
        log.warn({ installation, ...faultFields(problem), object: describeKey(keyOf(live)) }, 'not deleted')
      },
    })
    this.#proofs = proofs
    const planner = new Planner({
      view,
      history,
      proofs,
      repository: settings.name,
      sealer: () => sealKey.sealer,
      namespace,
      rules,
      commits: (range) => commitsOf(repository, range),
      record: (name) => this.reporter.get(name),
    })
    const lastGoods = new Promptly<Installation | undefined>(
      (late) => late?.faults.length === 0 && declarer.landSoon(),
    )
    this.controller = new Controller({
      rules,
      view,
      planner,
      check: advanceCheck({ view, planner }),
      lastDeclarations: new LastDeclarations({
        history,
        commits: (from, to) => commitIdsBetween(repository, from, to),
        kinds: () => view.kinds,
        namespace: settings.namespace,
      }),
      reporter: this.reporter,
      proofs,
      namespace,
      inTurn: declarer.inTurn,
      redeclare: (fleet) => declarer.redeclare(fleet),
      installationAt: (revision, id) => {
        const find = () => history.installationAt(revision, id)
        const key = `${formatRevision(revision)} ${id}`
        return patience ? lastGoods.ask(key, patience.later.idleMs, find) : find()
      },
      onUnforeseen,
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
    { signal, patience }: OpenOptions = {},
  ): Promise<Reeve> {
    const repository = await openLocalCopy(settings, log)
    try {
      const me = await identityIn(settings.dataDir)
      let leaderLease: LeaderLease | undefined
      const options: ClusterViewOptions = {
        onWarning: (warning) => log.warn({ warning }, 'the API server warns'),
        onExchange: ({ code }) => code === 0 && leaderLease?.doubt(),
        onRetry: () => metrics.retried('request'),
        onWatchRetry: () => metrics.retried('watch'),
        beforeWrite: () => leaderLease?.confirm(),
      }
      const { kubeconfig, name } = settings
      const view = await ClusterView.open(kubeconfig, name, options, signal)
      const onRetry = () => metrics.retried('lease')
      leaderLease = new LeaderLease({ client: view.client, repository: name, me, log, onRetry })
      return new Reeve({ repository, view, leaderLease, settings, log, metrics, patience })
    } catch (error) {
      await repository.close()
      throw error
    }
  }

  /**
   * Reads what an earlier Reeve recorded, and the key that it sealed marks with. Where the records can't be
   * had, they are written anew.
   */
  async loadRecords(): Promise<void> {
    this.view.findOwned().catch(() => {}) // meanwhile; who needs it asks again
    const key = this.#sealKey.load()
    try {
      await this.reporter.load()
      await this.#lookWhoWrote()
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      this.#log.warn(faultFields(error.fault), 'earlier records can not be read')
    }
    await key
  }

  /** What takes the Lease, whatever is in the way. */
  leaseTaker(): LeaseTaker {
    const { leaderLease, view, repository } = this
    const head = () => repository.headOf(this.#settings.branch)
    return new LeaseTaker({
      leaderLease,
      client: view.client,
      settings: this.#settings,
      head,
      log: this.#log,
    })
  }

  /** How many installations are still being rendered, though others have moved on. */
  get late(): number {
    return this.#declarer.late
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
    void this.#sealKey.load() // where it could not be had before
    return this.#declarer.moveTo(commit)
  }

  /** Whether there are other keys than those that some file could not be decrypted with. */
  hasNewKeys(): Promise<boolean> {
    return this.#declarer.hasNewKeys()
  }

  /**
   * Finishes what is under way, writes what is to be recorded, and ends all connections. A server
   * that does not answer is not waited for much longer than GRACE_MS. Where another Reeve has taken
   * over nothing is written or recorded.
   */
  async close(): Promise<void> {
    const isLost = this.leaderLease.lost.aborted
    this.#declarer.close()
    await this.#sources.close()
    if (isLost) this.reporter.discard()
    await within(GRACE_MS, this.controller.stop())
    await within(GRACE_MS, this.reporter.close())
    this.reporter.discard() // what is still under way ends with the repository
    await this.leaderLease.release()
    await this.view.close()
    await this.renderers[Symbol.asyncDispose]()
    if (isLost) await forgetIdentity(this.#settings.dataDir)
    await this.repository.close()
  }
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** For how long what is not ready keeps the others waiting; without it all is waited for. */
  readonly patience?: FleetPatience | undefined
}

interface Parts extends Pick<OpenOptions, 'patience'> {
  readonly repository: Repository
  readonly view: ClusterView
  readonly leaderLease: LeaderLease
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
      const onRetry = () => metrics.retried('record')
      const write = { branch: statusBranch, files, message, onRetry }
      const written = await writeStatusBranch(repository, write)
      return written === 'unchanged' ? undefined : written.oid
    },
    onCommit: (commit, subject) => {
      metrics.statusCommitted('pushed')
      log.info({ commit, subject, branch: statusBranch }, 'status commit')
    },
    onError: (problem, retryInMs) => {
      metrics.statusCommitted('error')
      metrics.retried('record')
      log.warn({ ...faultFields(problem), retryInMs }, 'status not recorded')
    },
  })
}
