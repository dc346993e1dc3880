import { installationId } from '../declare/installation-id.ts'
import type { Repository } from '../git/repository.ts'
import type { Decrypt } from '../model/decrypt.ts'
import type { LiveObject } from '../model/object.ts'
import type { ObjectPlan, Plan, PlanReport } from '../model/plan.ts'
import type { Settings } from '../model/settings.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { InstallationStatus } from '../model/status.ts'
import { readRecord } from '../report/read-record.ts'
import { readStatusBranch } from '../report/status-branch.ts'
import { isStatusPath } from '../report/status-path.ts'
import { isDirectory } from '../snapshot/is-directory.ts'
import { snapshotDirectory } from '../snapshot/snapshot-directory.ts'
import { takeSnapshot } from '../snapshot/take-snapshot.ts'
import { asFaultError } from './any-fault.ts'
import { chartCluster } from './chart-cluster.ts'
import { checkPlan } from './check-plan.ts'
import { ClusterView } from './cluster-view.ts'
import { crdsIn, type Declared, declaredBy, declaredKinds, memberOf, secretsOf } from './declared.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import { Keyring } from './keyring.ts'
import { createLog } from './log.ts'
import { withLostGroups } from './lost-groups.ts'
import { leftBehind } from './owned.ts'
import { Planner } from './planner.ts'
import { Renderers } from './renderers.ts'
import { historyOf, messagesOf, openForReading } from './repository-parts.ts'
import { faultWithout } from './without-secrets.ts'

/**
 * What a sync would change now, without changing anything. Each write is shown to the API server as a
 * dry run, so that what it would refuse is said here already.
 * @param source a branch, tag or commit, or a local directory; by default the head of the branch
 * @param say told what is being done
 * @throws FaultError where Git or the cluster can't be read
 */
export async function planNow(
  settings: Settings,
  source?: string,
  say: (text: string) => void = () => {},
): Promise<PlanReport> {
  try {
    return await plan(settings, source, say)
  } catch (error) {
    throw asFaultError(error)
  }
}

async function plan(
  settings: Settings,
  source: string | undefined,
  say: (text: string) => void,
): Promise<PlanReport> {
  const log = await createLog(settings.log)
  const reading = await openForReading(settings, log)
  const { repository, sources } = reading
  try {
    say('Asking the cluster which kinds it serves …')
    const view = await ClusterView.open(settings.kubeconfig, settings.name)
    try {
      say(`Reading ${source ?? settings.branch} …`)
      const { decrypt } = new Keyring(settings.keys)
      await using renderers = new Renderers({ decrypt, sources, cluster: () => chartCluster(view) })
      const read = await readSource({ repository, settings, renderers, decrypt }, source)
      say(`Planning ${read.fleet.installations.size} installations …`)
      return await planSource(read, { repository, settings, view, renderers, decrypt })
    } finally {
      await view.close()
    }
  } finally {
    await reading.close()
  }
}

interface PlanContext {
  readonly repository: Repository
  readonly settings: Settings
  readonly view: ClusterView
  readonly renderers: Renderers
  readonly decrypt: Decrypt
}

/** What is to be planned, and the directory that it comes from where it comes from none of Git's. */
interface Source {
  readonly fleet: Fleet
  readonly directory?: Snapshot
}

async function readSource(
  { repository, settings, renderers, decrypt }: Omit<PlanContext, 'view'>,
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

async function planSource(
  { fleet, directory }: Source,
  { repository, settings, view, renderers, decrypt }: PlanContext,
): Promise<PlanReport> {
  const records = await readRecords(repository, settings)
  const { namespace } = settings
  view.declareCrds(crdsIn(fleet))
  const heads = withLostGroups(fleet, (name) => records.get(name))
  const members = heads.map((head) => {
    const kept = head.faults.length === 0 ? { installation: head, commit: fleet.commit.oid } : undefined
    return memberOf(head, kept, { kinds: view.kinds, namespace })
  })
  const declared = declaredBy(members)
  await view.watchKinds(declaredKinds(members))
  await view.watchOwned()
  const planner = new Planner({
    view,
    history: historyOf({ repository, settings, renderers, decrypt, known: () => fleet.tree, directory }),
    repository: settings.name,
    namespace,
    rules: settings.rules,
    messages: (range) => messagesOf(repository, range),
    record: (name) => records.get(name),
  })
  const plans = await Promise.all(
    namesOf(declared, view, [...records.keys()]).map(async ([name, id]): Promise<Plan> => {
      const work = { name, id, scope: 'all', head: fleet.commit.oid } as const
      const objects = await planner.plan(work, declared)
      return {
        installation: name,
        commit: fleet.commit.oid,
        objects: await checkAll(name, objects, declared, planner, view),
      }
    }),
  )
  return { plans, faults: heads.flatMap(({ faults }) => faults) }
}

function checkAll(
  name: string,
  objects: readonly ObjectPlan[],
  declared: Declared,
  planner: Planner,
  view: ClusterView,
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

/** Names and ids of all installations, declared or left behind, sorted by name. */
function namesOf(
  declared: Declared,
  view: ClusterView,
  recorded: readonly string[],
): readonly (readonly [name: string, id: string])[] {
  const names = [...declared.members.keys()].map((name) => [name, installationId(name)] as const)
  const all = [...names, ...leftBehind(view.cache, declared, recorded)]
  return all.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The records of the status branch; none where it can't be read. */
async function readRecords(
  repository: Repository,
  { statusBranch }: Settings,
): Promise<ReadonlyMap<string, InstallationStatus>> {
  const files = await readStatusBranch(repository, statusBranch).catch(() => new Map<string, string>())
  const records = [...files].flatMap(([path, text]) => (isStatusPath(path) ? (readRecord(text) ?? []) : []))
  return new Map(records.map((record) => [record.name, record]))
}
