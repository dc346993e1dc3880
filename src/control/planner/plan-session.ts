import type { ClusterClientOptions } from '../../adapters/cluster/client.ts'
import { describeCluster } from '../../adapters/cluster/describe-cluster.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import type { PlanTarget } from '../../model/plan.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import type { Settings } from '../../model/settings.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import { chartCluster } from '../../stages/live/chart-cluster.ts'
import { ClusterView } from '../../stages/live/cluster-view.ts'
import { byName, type ReadRecord, readRecords } from '../../stages/report/read-records.ts'
import { readStatusBranch } from '../../stages/report/status-branch.ts'
import { isDirectory } from '../../stages/snapshot/is-directory.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../../stages/snapshot/take-snapshot.ts'
import { createLog, type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import { crdsIn, type DesiredState, desiredStateOf } from '../fleet/desired-state.ts'
import { declareFleet, type Fleet } from '../fleet/fleet.ts'
import type { History } from '../fleet/history.ts'
import { Keyring } from '../fleet/keyring.ts'
import { LastDeclarations } from '../fleet/last-declarations.ts'
import { withLostGroups } from '../fleet/lost-groups.ts'
import { containedMember, type Member } from '../fleet/member.ts'
import {
  commitIdsBetween,
  commitsOf,
  historyOf,
  openForReading,
  type Reading,
} from '../fleet/open-repository.ts'
import { Renderers } from '../fleet/renderers.ts'
import { SealKey } from '../seal/seal-key.ts'
import { leftBehind } from './owned.ts'
import { Planner, type PlannerOptions } from './planner.ts'
import { Proofs } from './proofs.ts'

/** What is declared, the cluster, and what plans the one against the other. */
export interface Planning {
  readonly view: ClusterView
  readonly log: Log
  readonly fleet: Fleet
  /** The installations with all that is wrong with them. */
  readonly heads: readonly Installation[]
  readonly declared: DesiredState
  /** The records of the status branch by the installation's name; none where it can't be read. */
  readonly records: ReadonlyMap<string, InstallationStatus>
  /** Of namespaced objects that name none. */
  readonly namespace: string
  readonly lastDeclarations: LastDeclarations
  /** What could not be looked at. */
  readonly warnings: readonly Fault[]
  /** @param takeover which objects are taken over from whoever has them */
  planner(takeover?: PlannerOptions['takeover']): Planner
}

export interface PlanningOptions {
  readonly settings: Settings
  /** Told what is being done. */
  readonly say: (text: string) => void
  /** Whether a key is made to seal marks with, where there is none. */
  readonly mayCreateKey?: boolean
  readonly client?: ClusterClientOptions
}

/** What a source declares, and the directory that it comes from where it comes from none of Git's. */
interface Source {
  readonly fleet: Fleet
  readonly directory?: Snapshot
}

/**
 * All that plans need beside a controller that may run: Git on one side, the cluster on the other. What
 * one plan learned of them is there for the next.
 */
export class PlanSession implements AsyncDisposable {
  readonly view: ClusterView
  readonly #options: PlanningOptions
  readonly #reading: Reading
  readonly #renderers: Renderers
  readonly #decrypt: Decrypt
  readonly #log: Log
  readonly #records: Records
  readonly #sealKey: SealKey
  readonly #proofs: Proofs
  /** Ids of the installations that the status branch knows. */
  #recorded: readonly string[] = []
  #fleet: Fleet | undefined
  /** Where the last plan was of a directory: that directory. */
  #directory: Snapshot | undefined
  #history: History
  #declared: DesiredState = desiredStateOf([])

  private constructor(options: PlanningOptions, { reading, view, log }: Parts) {
    this.view = view
    this.#options = options
    this.#reading = reading
    this.#log = log
    this.#decrypt = new Keyring(options.settings.keys).decrypt
    this.#renderers = new Renderers({
      decrypt: this.#decrypt,
      sources: reading.sources,
      cluster: () => chartCluster(view),
    })
    this.#records = new Records(reading.repository, options.settings.statusBranch)
    this.#history = this.#historyOf()
    const { name: repository, namespace } = options.settings
    this.#sealKey = new SealKey({
      view,
      repository,
      mayCreate: options.mayCreateKey === true,
      log,
      onLoaded: () => this.#proofs.forget(),
    })
    this.#proofs = new Proofs({
      repository,
      sealer: () => this.#sealKey.sealer,
      installations: () => [...this.#declared.names.keys(), ...this.#recorded],
      lookUp: (revision, id) => this.#history.lookUp(revision, id),
      kinds: () => view.kinds,
      namespace,
    })
  }

  /** @throws FaultError where the local copy or the API server can't be used */
  static async open(options: PlanningOptions): Promise<PlanSession> {
    const { settings, say, client } = options
    const log = await createLog(settings.log)
    const reading = await openForReading(settings, log)
    try {
      say('Asking the cluster which kinds it serves …')
      const view = await ClusterView.open(settings.kubeconfig, settings.name, client)
      return new PlanSession(options, { reading, view, log })
    } catch (error) {
      await reading.close()
      throw error
    }
  }

  /**
   * @param source a branch, tag or commit, or a local directory; by default the head of the branch
   * @throws FaultError where Git or the cluster can't be read
   */
  async of(source?: string): Promise<Planning> {
    const { settings, say } = this.#options
    say(`Reading ${source ?? settings.branch} …`)
    const { fleet, directory } = await this.#read(source)
    const [{ records, trouble }] = await Promise.all([this.#records.read(), this.#sealKey.load()])
    const { view } = this
    view.declareCrds(crdsIn(fleet))
    const heads = withLostGroups(fleet, (name) => records.get(name))
    const revision = revisionAt(fleet.commit.oid)
    const members = heads.map((head) => this.#member(head, revision))
    const declared = desiredStateOf(members, this.#declared)
    await view.watchKinds(declared.kinds)
    this.#fleet = fleet
    this.#directory = directory
    this.#history = this.#historyOf()
    this.#declared = declared
    this.#recorded = [...records.keys()].map((name) => installationId(name))
    const [history, proofs] = [this.#history, this.#proofs]
    const { repository } = this.#reading
    const { namespace } = settings
    const planner = (takeover?: PlannerOptions['takeover']) =>
      new Planner({
        view,
        history,
        proofs,
        repository: settings.name,
        sealer: () => this.#sealKey.sealer,
        namespace,
        rules: settings.rules,
        commits: (range) => commitsOf(repository, range),
        record: (name) => records.get(name),
        takeover,
      })
    const lastDeclarations = new LastDeclarations({
      history,
      commits: (from, to) => (directory ? this.#commitsSince(from) : commitIdsBetween(repository, from, to)),
      kinds: () => view.kinds,
      namespace,
    })
    const warnings = trouble === undefined ? [] : [trouble]
    const found = { fleet, heads, declared, records, namespace, lastDeclarations, warnings }
    return { view, log: this.#log, ...found, planner }
  }

  /** The cluster that plans are made against. */
  async address(): Promise<PlanTarget> {
    const { cluster, kubeconfig } = this.#options.settings
    return { cluster, ...(await describeCluster(kubeconfig)) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#renderers[Symbol.asyncDispose]()
    await this.view.close()
    await this.#reading.close()
  }

  async #read(source?: string): Promise<Source> {
    const { branch, path, namespace } = this.#options.settings
    const { repository } = this.#reading
    const onUnforeseen = logUnforeseen(this.#log)
    const options = { namespace, renderers: this.#renderers, decrypt: this.#decrypt, onUnforeseen }
    if (source !== undefined && (await isDirectory(source))) {
      const directory = await snapshotDirectory(source)
      return { fleet: await declareFleet(directory, options, this.#fleet), directory }
    }
    const commit =
      source === undefined ? await repository.fetch(branch) : await repository.fetchCommit(source, { branch })
    const snapshot = await takeSnapshot(repository, commit, path)
    return { fleet: await declareFleet(snapshot, options, this.#fleet) }
  }

  #member(attempted: Installation, revision: Revision): Member {
    const { kinds } = this.view
    const known = this.#declared.members.get(attempted.name)
    if (known?.attempted === attempted && known.kinds === kinds) return known
    const target = attempted.faults.length === 0 ? { installation: attempted, revision } : undefined
    const { namespace } = this.#options.settings
    const onUnforeseen = logUnforeseen(this.#log)
    return containedMember({
      attempted,
      target,
      placement: { kinds, namespace },
      known: undefined,
      onUnforeseen,
    })
  }

  /** What comes before a directory: the branch as it was fetched last. */
  async #commitsSince(from: string): Promise<readonly string[]> {
    const { repository } = this.#reading
    const head = await repository.localHead(this.#options.settings.branch)
    return head === undefined ? [] : commitIdsBetween(repository, from, head)
  }

  #historyOf(): History {
    const directory = this.#directory
    return historyOf({
      repository: this.#reading.repository,
      settings: this.#options.settings,
      renderers: this.#renderers,
      decrypt: this.#decrypt,
      onUnforeseen: logUnforeseen(this.#log),
      known: () => this.#fleet?.tree,
      directory,
    })
  }
}

interface Parts {
  readonly reading: Reading
  readonly view: ClusterView
  readonly log: Log
}

/** Opens all that one plan needs, and closes it after `use`. */
export async function withPlanning<T>(
  options: PlanningOptions & { readonly source?: string | undefined },
  use: (planning: Planning) => Promise<T>,
): Promise<T> {
  await using desk = await PlanSession.open(options)
  return await use(await desk.of(options.source))
}

/** A plan also shows what is left behind without proof that Reeve made it. */
const ALL_GOING: Pick<Proofs, 'of'> = { of: () => 'open' }

/** Names and ids of all installations, declared or left behind, sorted by name. */
export function namesOf({
  declared,
  view,
  records,
}: Planning): readonly (readonly [name: string, id: string])[] {
  const names = [...declared.members.values()].map(({ name, id }) => [name, id] as const)
  const all = [...names, ...leftBehind(view.cache, declared, [...records.keys()], ALL_GOING)]
  return all.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The records of a status branch, each parsed once. */
class Records {
  readonly #repository: Repository
  readonly #branch: string
  #known: ReadonlyMap<string, ReadRecord> = new Map()

  constructor(repository: Repository, branch: string) {
    this.#repository = repository
    this.#branch = branch
  }

  /** By the installation's name; none where the branch can't be read, with why. */
  async read(): Promise<Recorded> {
    try {
      const files = await readStatusBranch(this.#repository, this.#branch)
      this.#known = readRecords(files, this.#known)
      return { records: byName(this.#known) }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      const trouble = fault('status-unreadable', `${this.#branch}: ${error.fault.message}`)
      return { records: new Map(), trouble }
    }
  }
}

interface Recorded {
  readonly records: ReadonlyMap<string, InstallationStatus>
  readonly trouble?: Fault
}
