import { Cluster } from '../../adapters/cluster/cluster.ts'
import { describeCluster } from '../../adapters/cluster/describe-cluster.ts'
import { type Fault, FaultError, isFault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Installation } from '../../model/installation.ts'
import type { PlanTarget } from '../../model/plan.ts'
import type { Revision } from '../../model/revision.ts'
import type { Settings } from '../../model/settings.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { chartCluster } from '../../stages/live/chart-cluster.ts'
import { ClusterView } from '../../stages/live/cluster-view.ts'
import { pastReleaseIn } from '../../stages/report/last-synced-revision.ts'
import { type Recorded, RecordReader } from '../../stages/report/recorded.ts'
import { emptySnapshot } from '../../stages/snapshot/empty-snapshot.ts'
import { isDirectory } from '../../stages/snapshot/is-directory.ts'
import { NO_COMMIT, snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import { AskedSources, type Sources } from '../fleet/asked-sources.ts'
import { crdsIn, type DesiredState, desiredStateOf } from '../fleet/desired-state.ts'
import { declareFleet, type Fleet, type PastReleaseOf, revisionIn } from '../fleet/fleet.ts'
import type { LastDeclarations } from '../fleet/last-declarations.ts'
import { withLostGroups } from '../fleet/lost-groups.ts'
import { containedMember, type Member } from '../fleet/member.ts'
import { PinnedCompositions } from '../fleet/pinned-compositions.ts'
import { placementOf } from '../fleet/placement-of.ts'
import { Renderers } from '../fleet/renderers.ts'
import { openForReading, type RepositoryParts } from '../fleet/repository-parts.ts'
import type { Proofs } from '../gates/proofs.ts'
import { SealKey } from '../seal/seal-key.ts'
import { fenceOf } from './guard-of.ts'
import { leftBehind } from './owned.ts'
import type { Planner, PlannerOptions } from './planner.ts'
import { PlanningParts } from './planning-parts.ts'

/** Desired state, the cluster, and the planner of one against the other. */
export interface Planning {
  readonly view: ClusterView
  readonly log: Log
  readonly fleet: Fleet
  /** Installations with all of their faults. */
  readonly heads: readonly Installation[]
  readonly declared: DesiredState
  /** Records of the status branch by installation name; none if it cannot be read. */
  readonly records: ReadonlyMap<string, InstallationStatus>
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  readonly lastDeclarations: LastDeclarations
  /** Faults found while reading that limit the plan. */
  readonly warnings: readonly Fault[]
  /** @param takeover selects objects to take over from their owners */
  planner(takeover?: PlannerOptions['takeover']): Planner
}

export interface PlanningOptions {
  readonly settings: Settings
  readonly log: Log
  /** Called with progress messages. */
  readonly say?: (text: string) => void
  /** Whether to create a key to seal marks with, if there is none. */
  readonly mayCreateKey?: boolean
  /** Whether a head of the branch that a sync would not apply ends it. */
  readonly refusesUnsigned?: boolean
}

/** The fleet that a source declares, and the directory if it comes from one instead of Git. */
interface Source {
  readonly fleet: Fleet
  readonly directory?: Snapshot
  /** Why a sync would not apply it. */
  readonly refused?: Fault | undefined
}

/**
 * Everything that plans need beside a controller that may run: Git on one side, the cluster on the other.
 * Successive plans share what they learned.
 */
export class PlanSession implements AsyncDisposable {
  readonly view: ClusterView
  readonly #options: PlanningOptions
  readonly #source: RepositoryParts
  /** Of the followed branch, and of any other source. */
  readonly #renderers: { readonly followed: Renderers; readonly other: Renderers }
  readonly #followedSources: AskedSources
  readonly #sealKey: SealKey
  readonly #parts: PlanningParts
  readonly #pinned: PinnedCompositions
  readonly #log: Log
  readonly #recordReader: RecordReader
  readonly #resources: AsyncDisposableStack
  #records: ReadonlyMap<string, InstallationStatus> = new Map()
  #fleet: Fleet | undefined
  /** Directory of the last plan, if it was of one. */
  #directory: Snapshot | undefined
  #declared: DesiredState = desiredStateOf([])
  /** Whether the last plan was of the followed branch. */
  #isFollowed = true

  private constructor(options: PlanningOptions, { source, view, log, resources }: Parts) {
    const { settings } = options
    const { decrypt } = source.keyring
    this.view = view
    this.#options = options
    this.#source = source
    this.#log = log
    this.#resources = resources
    this.#recordReader = new RecordReader(source.repository, settings.statusBranch)
    const { lookupSecrets = 'followed' } = settings
    this.#followedSources = new AskedSources(source.sources)
    const renderers = (sources: Sources, refusesSecrets: boolean) =>
      resources.use(
        new Renderers({
          decrypt,
          sources,
          remoteBases: settings.remoteBases,
          cluster: () => chartCluster(view, { refusesSecrets, guard: fenceOf(settings, view) }),
        }),
      )
    this.#renderers = {
      followed: renderers(this.#followedSources, lookupSecrets === 'none'),
      other: renderers(source.sources, lookupSecrets !== 'any'),
    }
    this.#pinned = new PinnedCompositions({
      snapshotAt: (commit) => source.branchSnapshot(commit),
      decrypt,
      onUnforeseen: logUnforeseen(log),
    })
    const mayCreate = options.mayCreateKey === true
    this.#sealKey = new SealKey({ view, repository: settings.name, mayCreate, log })
    this.#parts = new PlanningParts({
      settings,
      source,
      view,
      renderers: () => this.#renderersNow,
      fleet: () => this.#fleet,
      directory: () => this.#directory,
      records: () => this.#records.values(),
      record: (name) => this.#records.get(name),
      sealKey: this.#sealKey,
      log,
    })
  }

  /** @throws FaultError if the local clone or the API server cannot be used */
  static async open(options: PlanningOptions): Promise<PlanSession> {
    const { settings, log, say } = options
    await using opening = new AsyncDisposableStack()
    const source = opening.use(await openForReading(settings, log))
    say?.('Asking the cluster which kinds it serves …')
    const cluster = opening.use(await Cluster.connect(settings.kubeconfig))
    const view = opening.use(await ClusterView.open(cluster, settings.name))
    return new PlanSession(options, { source, view, log, resources: opening.move() })
  }

  /**
   * @param source a branch, tag or commit, or a local directory; by default the head of the branch
   * @throws FaultError if Git or the cluster cannot be read
   */
  async read(source?: string, { mayBeEmpty = false }: ReadOptions = {}): Promise<Planning> {
    const { settings, say } = this.#options
    say?.(`Reading ${source ?? settings.branch} …`)
    let reading: Promise<Recorded> | undefined
    const recorded = () => {
      reading ??= this.#recordReader.read()
      return reading
    }
    const pastRelease: PastReleaseOf = async (name) => pastReleaseIn((await recorded()).records.get(name))
    const { fleet, directory, refused } = await this.#read(source, { pastRelease, mayBeEmpty })
    const [{ records, problem }] = await Promise.all([recorded(), this.#sealKey.load()])
    const { view } = this
    view.declareCrds(crdsIn(fleet))
    const heads = withLostGroups(fleet, (name) => records.get(name))
    const members = heads.map((head) => this.#member(head, revisionIn(fleet, head.name)))
    const declared = desiredStateOf(members, this.#declared)
    await view.watchKinds(declared.kinds)
    this.#parts.history.forget()
    this.#fleet = fleet
    this.#directory = directory
    this.#declared = declared
    this.#records = records
    const warnings = [refused, problem].filter((each) => each !== undefined)
    const { lastDeclarations } = this.#parts
    const { namespace } = settings
    return {
      view,
      log: this.#log,
      fleet,
      heads,
      declared,
      records,
      namespace,
      lastDeclarations,
      warnings,
      planner: (takeover) => this.#parts.planner(takeover),
    }
  }

  /** What the plans of changes need of the session, once the head of the branch is read. */
  get shared(): SharedParts {
    const { view } = this
    const followed = { renderers: this.#renderers.followed, sources: this.#followedSources }
    return { view, source: this.#source, sealKey: this.#sealKey, followed }
  }

  /** The cluster that plans are made against. */
  async address(): Promise<PlanTarget> {
    const { cluster, kubeconfig } = this.#options.settings
    return { cluster, ...(await describeCluster(kubeconfig)) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }

  async #read(
    source: string | undefined,
    { pastRelease, mayBeEmpty }: ReadOptions & { readonly pastRelease: PastReleaseOf },
  ): Promise<Source> {
    const { settings } = this.#options
    const { branch } = settings
    const placement = placementOf(settings)
    const { repository, keyring } = this.#source
    const onUnforeseen = logUnforeseen(this.#log)
    this.#isFollowed = source === undefined || source === branch
    const renderers = this.#renderersNow
    const compose = (head: CommitTree) => this.#pinned.of(head)
    const options = { placement, renderers, decrypt: keyring.decrypt, pastRelease, onUnforeseen, compose }
    if (source !== undefined && (await isDirectory(source))) {
      const directory = await snapshotDirectory(source)
      return { fleet: await declareFleet(directory, options, this.#fleet), directory }
    }
    const commit =
      source === undefined
        ? await repository.fetch(branch).catch(mayBeEmpty ? without('git-no-branch') : rethrow)
        : await repository.fetchCommit(source, { branch })
    if (commit === undefined) return { fleet: await declareFleet(emptySnapshot(NO_COMMIT), options) }
    const refused = this.#isFollowed ? await this.#source.signatures?.verifier.headFault(commit) : undefined
    if (refused && this.#options.refusesUnsigned === true) throw new FaultError(refused)
    const snapshot =
      (await this.#source.snapshotAt(commit).catch(mayBeEmpty ? without('git-no-path') : rethrow)) ??
      emptySnapshot((await repository.readCommit(commit)) ?? NO_COMMIT)
    return { fleet: await declareFleet(snapshot, options, this.#fleet), refused }
  }

  get #renderersNow(): Renderers {
    return this.#isFollowed ? this.#renderers.followed : this.#renderers.other
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
}

/** What plans of changes share with those of the branch. */
export interface SharedParts {
  readonly view: ClusterView
  readonly source: RepositoryParts
  readonly sealKey: Pick<SealKey, 'sealer'>
  /** What renders the followed branch, and what that asked other servers for. */
  readonly followed: { readonly renderers: Renderers; readonly sources: AskedSources }
}

export interface ReadOptions {
  /** Whether the branch, or the path in it, may be missing: it then declares nothing. Otherwise that is a fault. */
  readonly mayBeEmpty?: boolean
}

function rethrow(error: unknown): never {
  throw error
}

/** Takes one fault for nothing. */
function without(code: FaultCode): (error: unknown) => undefined {
  return (error) => {
    if (!isFault(error, code)) throw error
  }
}

interface Parts {
  readonly source: RepositoryParts
  readonly view: ClusterView
  readonly log: Log
  readonly resources: AsyncDisposableStack
}

/** A plan also shows objects left behind without proof that Reeve made them. */
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
