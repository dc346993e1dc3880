import type { ClusterClientOptions } from '../cluster/client.ts'
import { describeCluster } from '../cluster/describe-cluster.ts'
import type { Repository } from '../git/repository.ts'
import type { Decrypt } from '../model/decrypt.ts'
import { type Fault, FaultError, fault } from '../model/fault.ts'
import type { Installation } from '../model/installation.ts'
import type { LiveObject } from '../model/object.ts'
import type { ObjectPlan, PlanTarget } from '../model/plan.ts'
import type { Settings } from '../model/settings.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { InstallationStatus } from '../model/status.ts'
import { byName, type ReadRecord, readRecords } from '../report/read-records.ts'
import { readStatusBranch } from '../report/status-branch.ts'
import { isDirectory } from '../snapshot/is-directory.ts'
import { snapshotDirectory } from '../snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../snapshot/take-snapshot.ts'
import { chartCluster } from './chart-cluster.ts'
import { checkPlan } from './check-plan.ts'
import { ClusterView } from './cluster-view.ts'
import { crdsIn, type Declared, declaredBy, type Member, memberOf, secretsOf } from './declared.ts'
import type { DryRuns } from './dry-runs.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import type { History } from './history.ts'
import { Keyring } from './keyring.ts'
import { createLog, type Log } from './log.ts'
import { withLostGroups } from './lost-groups.ts'
import { Planner, type PlannerOptions } from './planner.ts'
import { Renderers } from './renderers.ts'
import { commitsOf, historyOf, openForReading, type Reading } from './repository-parts.ts'
import { faultWithout } from './without-secrets.ts'

/** What is declared, the cluster, and what plans the one against the other. */
export interface Planning {
  readonly view: ClusterView
  readonly log: Log
  readonly fleet: Fleet
  /** The installations with all that is wrong with them. */
  readonly heads: readonly Installation[]
  readonly declared: Declared
  /** The records of the status branch by the installation's name; none where it can't be read. */
  readonly records: ReadonlyMap<string, InstallationStatus>
  /** What could not be looked at. */
  readonly warnings: readonly Fault[]
  /** @param takeover which objects are taken over from whoever has them */
  planner(takeover?: PlannerOptions['takeover']): Planner
}

export interface PlanningOptions {
  readonly settings: Settings
  /** Told what is being done. */
  readonly say: (text: string) => void
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
export class PlanningDesk implements AsyncDisposable {
  readonly view: ClusterView
  readonly #options: PlanningOptions
  readonly #reading: Reading
  readonly #renderers: Renderers
  readonly #decrypt: Decrypt
  readonly #log: Log
  readonly #records: Records
  #fleet: Fleet | undefined
  #declared: Declared = declaredBy([])

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
  }

  /** @throws FaultError where the local copy or the API server can't be used */
  static async open(options: PlanningOptions): Promise<PlanningDesk> {
    const { settings, say, client } = options
    const log = await createLog(settings.log)
    const reading = await openForReading(settings, log)
    try {
      say('Asking the cluster which kinds it serves …')
      const view = await ClusterView.open(settings.kubeconfig, settings.name, client)
      return new PlanningDesk(options, { reading, view, log })
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
    const { records, trouble } = await this.#records.read()
    const { view } = this
    view.declareCrds(crdsIn(fleet))
    const heads = withLostGroups(fleet, (name) => records.get(name))
    const members = heads.map((head) => this.#member(head, fleet.commit.oid))
    const declared = declaredBy(members, this.#declared)
    await view.watchKinds(declared.kinds)
    this.#fleet = fleet
    this.#declared = declared
    const planner = (takeover?: PlannerOptions['takeover']) =>
      new Planner({
        view,
        history: this.#historyOf(fleet, directory),
        repository: settings.name,
        namespace: settings.namespace,
        rules: settings.rules,
        commits: (range) => commitsOf(this.#reading.repository, range),
        record: (name) => records.get(name),
        takeover,
      })
    const warnings = trouble === undefined ? [] : [trouble]
    return { view, log: this.#log, fleet, heads, declared, records, warnings, planner }
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
    const options = { namespace, renderers: this.#renderers, decrypt: this.#decrypt }
    if (source !== undefined && (await isDirectory(source))) {
      const directory = await snapshotDirectory(source)
      return { fleet: await declareFleet(directory, options, this.#fleet), directory }
    }
    const commit =
      source === undefined ? await repository.fetch(branch) : await repository.fetchCommit(source, { branch })
    const snapshot = await takeSnapshot(repository, commit, path)
    return { fleet: await declareFleet(snapshot, options, this.#fleet) }
  }

  #member(head: Installation, commit: string): Member {
    const { kinds } = this.view
    const known = this.#declared.members.get(head.name)
    if (known?.head === head && known.kinds === kinds) return known
    const kept = head.faults.length === 0 ? { installation: head, commit } : undefined
    return memberOf(head, kept, { kinds, namespace: this.#options.settings.namespace })
  }

  #historyOf(fleet: Fleet, directory: Snapshot | undefined): History {
    return historyOf({
      repository: this.#reading.repository,
      settings: this.#options.settings,
      renderers: this.#renderers,
      decrypt: this.#decrypt,
      known: () => fleet.tree,
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
  await using desk = await PlanningDesk.open(options)
  return await use(await desk.of(options.source))
}

/** Plans as the API server takes them: each write is shown to it as a dry run. */
export function checkAll(
  name: string,
  objects: readonly ObjectPlan[],
  planner: Planner,
  { declared, view }: Pick<Planning, 'declared' | 'view'>,
  dryRuns?: DryRuns,
): Promise<readonly ObjectPlan[]> {
  return Promise.all(
    objects.map(async (plan) => {
      const replan = (live: LiveObject) => planner.replan(name, plan, live, declared)
      const checked = await checkPlan(plan, { view, declared, replan, dryRuns })
      if (checked.action !== 'blocked') return checked
      const fault = await planner.located(checked.fault, name, declared)
      return { ...checked, fault: faultWithout(fault, secretsOf(declared, name)) }
    }),
  )
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
