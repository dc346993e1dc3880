import type { ClusterClientOptions } from '../cluster/client.ts'
import type { Repository } from '../git/repository.ts'
import type { Decrypt } from '../model/decrypt.ts'
import type { Installation } from '../model/installation.ts'
import type { LiveObject } from '../model/object.ts'
import type { ObjectPlan } from '../model/plan.ts'
import type { Settings } from '../model/settings.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { InstallationStatus } from '../model/status.ts'
import { readRecord } from '../report/read-record.ts'
import { readStatusBranch } from '../report/status-branch.ts'
import { isStatusPath } from '../report/status-path.ts'
import { isDirectory } from '../snapshot/is-directory.ts'
import { snapshotDirectory } from '../snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../snapshot/take-snapshot.ts'
import { chartCluster } from './chart-cluster.ts'
import { checkPlan } from './check-plan.ts'
import { ClusterView } from './cluster-view.ts'
import { crdsIn, type Declared, declaredBy, declaredKinds, memberOf, secretsOf } from './declared.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import { Keyring } from './keyring.ts'
import { createLog, type Log } from './log.ts'
import { withLostGroups } from './lost-groups.ts'
import { Planner, type PlannerOptions } from './planner.ts'
import { Renderers } from './renderers.ts'
import { historyOf, messagesOf, openForReading } from './repository-parts.ts'
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
  /** @param takeover which objects are taken over from whoever has them */
  planner(takeover?: PlannerOptions['takeover']): Planner
}

export interface PlanningOptions {
  readonly settings: Settings
  /** A branch, tag or commit, or a local directory; by default the head of the branch. */
  readonly source?: string | undefined
  /** Told what is being done. */
  readonly say: (text: string) => void
  readonly client?: ClusterClientOptions
}

/** Opens all that a plan needs beside a controller that may run, and closes it after `use`. */
export async function withPlanning<T>(
  options: PlanningOptions,
  use: (planning: Planning) => Promise<T>,
): Promise<T> {
  const { settings, source, say, client } = options
  const log = await createLog(settings.log)
  const reading = await openForReading(settings, log)
  const { repository, sources } = reading
  try {
    say('Asking the cluster which kinds it serves …')
    const view = await ClusterView.open(settings.kubeconfig, settings.name, client)
    try {
      say(`Reading ${source ?? settings.branch} …`)
      const { decrypt } = new Keyring(settings.keys)
      await using renderers = new Renderers({ decrypt, sources, cluster: () => chartCluster(view) })
      const parts = { repository, settings, view, renderers, decrypt, log }
      return await use(await planningOf(await readSource(parts, source), parts))
    } finally {
      await view.close()
    }
  } finally {
    await reading.close()
  }
}

interface Parts {
  readonly repository: Repository
  readonly settings: Settings
  readonly view: ClusterView
  readonly renderers: Renderers
  readonly decrypt: Decrypt
  readonly log: Log
}

/** What is to be planned, and the directory that it comes from where it comes from none of Git's. */
interface Source {
  readonly fleet: Fleet
  readonly directory?: Snapshot
}

async function readSource(
  { repository, settings, renderers, decrypt }: Parts,
  source?: string,
): Promise<Source> {
  const { branch, path, namespace } = settings
  const options = { namespace, renderers, decrypt }
  if (source !== undefined && (await isDirectory(source))) {
    const directory = await snapshotDirectory(source)
    return { fleet: await declareFleet(directory, options), directory }
  }
  const commit =
    source === undefined ? await repository.fetch(branch) : await repository.fetchCommit(source, { branch })
  return { fleet: await declareFleet(await takeSnapshot(repository, commit, path), options) }
}

async function planningOf({ fleet, directory }: Source, parts: Parts): Promise<Planning> {
  const { repository, settings, view, renderers, decrypt, log } = parts
  const { namespace } = settings
  const records = await readRecords(repository, settings)
  view.declareCrds(crdsIn(fleet))
  const heads = withLostGroups(fleet, (name) => records.get(name))
  const members = heads.map((head) => {
    const kept = head.faults.length === 0 ? { installation: head, commit: fleet.commit.oid } : undefined
    return memberOf(head, kept, { kinds: view.kinds, namespace })
  })
  await view.watchKinds(declaredKinds(members))
  const planner = (takeover?: PlannerOptions['takeover']) =>
    new Planner({
      view,
      history: historyOf({ repository, settings, renderers, decrypt, known: () => fleet.tree, directory }),
      repository: settings.name,
      namespace,
      rules: settings.rules,
      messages: (range) => messagesOf(repository, range),
      record: (name) => records.get(name),
      takeover,
    })
  return { view, log, fleet, heads, declared: declaredBy(members), records, planner }
}

/** Plans as the API server takes them: each write is shown to it as a dry run. */
export function checkAll(
  name: string,
  objects: readonly ObjectPlan[],
  planner: Planner,
  { declared, view }: Pick<Planning, 'declared' | 'view'>,
): Promise<readonly ObjectPlan[]> {
  return Promise.all(
    objects.map(async (plan) => {
      const replan = (live: LiveObject) => planner.replan(name, plan, live, declared)
      const checked = await checkPlan(plan, { view, declared, replan })
      if (checked.action !== 'blocked') return checked
      const fault = await planner.located(checked.fault, name, declared)
      return { ...checked, fault: faultWithout(fault, secretsOf(declared, name)) }
    }),
  )
}

async function readRecords(
  repository: Repository,
  { statusBranch }: Settings,
): Promise<ReadonlyMap<string, InstallationStatus>> {
  const files = await readStatusBranch(repository, statusBranch).catch(() => new Map<string, string>())
  const records = [...files].flatMap(([path, text]) => (isStatusPath(path) ? (readRecord(text) ?? []) : []))
  return new Map(records.map((record) => [record.name, record]))
}
