import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { FormerOwner } from '../../model/former-owner.ts'
import {
  FIELD_MANAGER,
  INSTALLATION_LABEL,
  REPLACE_ANNOTATION,
  REPOSITORY_LABEL,
} from '../../model/labels.ts'
import { noticesOf } from '../../model/notice.ts'
import {
  gvkOf,
  idOf,
  type KubernetesObject,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
} from '../../model/object.ts'
import type { ObjectPlan, PatchPlan } from '../../model/plan.ts'
import { revisionAt } from '../../model/revision.ts'
import type { Settings } from '../../model/settings.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { isCopy } from '../../stages/plan/applied.ts'
import { formerOwners } from '../../stages/plan/ownership/former-owners.ts'
import { lastWriterOf } from '../../stages/plan/ownership/last-writer.ts'
import type { Log } from '../../support/telemetry/log.ts'
import type { Member } from '../fleet/member.ts'
import { withSimilarNames } from '../fleet/similar-names.ts'
import { checkAll } from '../planner/check-plan.ts'
import { type Planning, PlanSession } from '../planner/plan-session.ts'
import type { Planner } from '../planner/planner.ts'
import { suspensionOf } from '../planner/suspension.ts'
import { otherRelease } from './other-release.ts'
import { ownersOf, recordsOf, stillHeld } from './owners.ts'
import { removeRecords } from './remove-records.ts'
import { type Adopted, type AdoptionReport, isBlocked } from './report.ts'
import { takeOver } from './take-over.ts'

export interface AdoptionRequest {
  readonly settings: Settings
  readonly log: Log
  /** Name of the installation. */
  readonly name: string
  /** A branch, tag or commit, or a local directory; by default the head of the branch. */
  readonly source?: string | undefined
  /** Whether to carry it out. */
  readonly isMeant: boolean
  /** Whether to keep or remove the records of Helm releases that have nothing left. */
  readonly releaseSecret: 'keep' | 'remove'
  readonly say: (text: string) => void
  /** Called with the report before anything is done. */
  readonly show: (report: AdoptionReport) => void
}

/**
 * Takes the objects of an installation over from their owners, as they are: nothing is created, deleted or
 * replaced. Either all of it can be taken over or nothing is begun.
 * @returns the result; undefined if nothing was done, because it is not requested or is blocked
 * @throws FaultError no-installation; not-followed-yet; if Git or the cluster cannot be read or written
 */
export async function adoptNow(request: AdoptionRequest): Promise<Adopted | undefined> {
  const { settings, log, source, say } = request
  try {
    const { isMeant } = request
    await using session = await PlanSession.open({
      settings,
      log,
      say,
      mayCreateKey: isMeant,
      refusesUnsigned: isMeant,
    })
    return await adopt(request, await session.read(source))
  } catch (error) {
    throw asFaultError(error)
  }
}

async function adopt(request: AdoptionRequest, planning: Planning): Promise<Adopted | undefined> {
  const { name, settings, releaseSecret } = request
  const member = planning.declared.members.get(name)
  if (member === undefined)
    throw new FaultError(
      fault('no-installation', withSimilarNames(name, [...planning.declared.members.keys()])),
    )
  request.say(`Looking at the objects of ${name} …`)
  const lives = await readAll(member, planning.view)
  const { report, planner, records } = await prepare({ member, lives, settings, planning })
  request.show(report)
  if (!request.isMeant || isBlocked(report)) return undefined
  const plans = report.plan.objects.filter((plan) => isTaken(plan, settings))
  return takeOver(plans, { member, planner, planning, settings }, async () => {
    if (releaseSecret === 'keep') return { removed: [], kept: [] }
    return removeRecords(member, records, planning.view)
  })
}

interface Preparation {
  readonly member: Member
  readonly lives: ReadonlyMap<ObjectId, LiveObject>
  readonly settings: Settings
  readonly planning: Planning
}

async function prepare({ member, lives, settings, planning }: Preparation) {
  const { view, fleet } = planning
  const ownersFor = (live: LiveObject) => ownersNow(live, settings)
  const pairs = [...member.objects].flatMap(([id, { key }]) => {
    const live = lives.get(id)
    return live ? [[key, live] as const] : []
  })
  const owners = ownersOf(pairs, ownersFor)
  const records = await recordsOf(
    owners.map(({ owner }) => owner),
    view,
  )
  const left = await Promise.all(records.map((record) => stillHeld(record, member.objects, view)))
  const { planner, objects } = await planTakeover(member, lives, records, planning)
  const others = objects.some(({ action }) => action === 'create') ? await otherRelease(member, planning) : []
  const report: AdoptionReport = {
    plan: {
      installation: member.name,
      revision: revisionAt(fleet.commit.oid),
      objects: [...objects, ...member.blocked],
    },
    takes: objects.filter((plan) => isTaken(plan, settings)).length,
    faults: [...faultsOf(member, view), ...records.flatMap((record) => record.fault ?? [])],
    notices: [...noticesOf([member.attempted]), ...others],
    owners: owners.map((owned, index) => {
      const revision = records[index]?.revision
      return { ...owned, ...(revision !== undefined && { revision }) }
    }),
    left: left.filter(({ objects: held }) => held.length > 0),
  }
  return { report, planner, records }
}

function faultsOf(member: Member, { cache }: ClusterView): readonly Fault[] {
  const isSuspended = suspensionOf(member, cache) !== undefined
  return [...member.attempted.faults, ...(isSuspended ? [fault('adoption-suspended', member.name)] : [])]
}

/** Plans each object as if Git requested its takeover. */
async function planTakeover(
  member: Member,
  lives: ReadonlyMap<ObjectId, LiveObject>,
  records: readonly { readonly manifests?: ReadonlyMap<ObjectId, KubernetesObject> }[],
  planning: Planning,
): Promise<{ readonly planner: Planner; readonly objects: readonly ObjectPlan[] }> {
  const { declared } = planning
  const asItIs = new Set<ObjectId>()
  const planner = planning.planner((installation, id) => {
    if (installation !== member.name) return undefined
    const recorded = records.find(({ manifests }) => manifests?.has(id))?.manifests?.get(id)
    return { recorded, asItIs: asItIs.has(id) }
  })
  const plan = async (keys: readonly ObjectKey[]) => {
    const plans = await Promise.all(
      keys.map((key) =>
        planner.replan(member.name, { action: 'unchanged', key }, lives.get(idOf(key)), declared),
      ),
    )
    return checkAll(member.name, plans, planner, planning)
  }
  const first = await plan([...member.objects.values()].map(({ key }) => key))
  const replaceable = first.filter((each) => isReplaceable(each, member)).map(({ key }) => key)
  for (const key of replaceable) asItIs.add(idOf(key))
  const again = new Map((await plan(replaceable)).map((each) => [idOf(each.key), each]))
  return { planner, objects: first.map((each) => again.get(idOf(each.key)) ?? each) }
}

/** Whether a sync would replace it, such as the Job of a hook; a takeover never does. */
function isReplaceable(plan: ObjectPlan, { objects }: Member): boolean {
  if (plan.action !== 'blocked' || plan.fault.code !== 'needs-replacement') return false
  return objects.get(idOf(plan.key))?.object.metadata.annotations?.[REPLACE_ANNOTATION] === 'true'
}

/** Whether it is taken over: the next sync writes objects of this Reeve, unless others' marks are on them. */
function isTaken(plan: ObjectPlan, settings: Settings): plan is PatchPlan {
  if (plan.action !== 'patch') return false
  return !isReeves(plan.live, settings) || formerOwners(plan.live).length > 0
}

/** Judges by the object's labels, unless its mark shows that it is a copy. */
function isReeves(live: LiveObject, { name }: Settings): boolean {
  const { labels } = live.metadata
  const hasLabels = labels?.[REPOSITORY_LABEL] === name && labels[INSTALLATION_LABEL] !== undefined
  return hasLabels && !isCopy(live, name)
}

/** Owners by their marks; without any, the last writer of the object. */
function ownersNow(live: LiveObject, settings: Settings): readonly FormerOwner[] {
  const owners = formerOwners(live)
  if (owners.length > 0 || isReeves(live, settings)) return owners
  return [{ tool: 'manager', namespace: '', name: lastWriterOf(live, []) ?? FIELD_MANAGER }]
}

/** Live objects with all their metadata, except those of kinds that are not served yet. */
async function readAll({ objects }: Member, view: ClusterView): Promise<ReadonlyMap<ObjectId, LiveObject>> {
  const found = await Promise.all(
    [...objects.values()].map(async ({ key, object }) => {
      const gvk = gvkOf(object)
      const resource = view.isDeclaredKind(gvk) ? undefined : view.kinds.resource(gvk)
      return [idOf(key), resource && (await view.client.get(resource, key))] as const
    }),
  )
  return new Map(found.flatMap(([id, live]) => (live ? [[id, live] as const] : [])))
}
