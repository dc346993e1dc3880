import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { INSTALLATION_LABEL } from '../../model/labels.ts'
import { noticesOf } from '../../model/notice.ts'
import { idOf, type LiveObject } from '../../model/object.ts'
import type { ObjectPlan, Plan, PlanReport } from '../../model/plan.ts'
import { revisionAt } from '../../model/revision.ts'
import { type Faulty, sharedFaults } from '../../model/shared-faults.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { LiveChange } from '../../stages/live/live-cache.ts'
import { isSyncedAt } from '../../stages/report/last-synced-revision.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
import { advanceCheck } from '../planner/check-advance.ts'
import { checkAll } from '../planner/check-plan.ts'
import { DryRuns } from '../planner/dry-runs.ts'
import { holdPlanned } from '../planner/hold-planned.ts'
import { namesOf, type PlanningOptions, PlanSession } from '../planner/plan-session.ts'

/** Faults that lie in an object's document alone: they are the same on every cluster that serves its kind. */
const DOCUMENT_FAULTS: ReadonlySet<FaultCode> = new Set(['unknown-field', 'invalid-field'])

/**
 * Plans what a sync would change now, without changing anything.
 * @param source a branch, tag or commit, or a local directory; by default the head of the branch
 * @throws FaultError if Git or the cluster cannot be read
 */
export async function planNow(options: PlanningOptions, source?: string): Promise<PlanReport> {
  try {
    await using plans = await FleetPlans.open(options)
    return await plans.report(source)
  } catch (error) {
    throw asFaultError(error)
  }
}

/**
 * Successive plans of a fleet. An installation with nothing to do is planned again only after a change in Git
 * or in the cluster.
 */
export class FleetPlans implements AsyncDisposable {
  readonly #session: PlanSession
  readonly #say: (text: string) => void
  /** Installations with nothing to do at their last plan, by id. */
  readonly #clean = new Map<string, Clean>()
  /** Ids of installations whose objects changed in the cluster since the last plan began. */
  readonly #touched = new Set<string>()
  #declared: DesiredState | undefined

  private constructor(session: PlanSession, say: (text: string) => void = () => {}) {
    this.#session = session
    this.#say = say
    session.view.cache.onChange((change) => this.#onChange(change))
  }

  /** @throws FaultError if the local clone or the API server cannot be used */
  static async open(options: PlanningOptions): Promise<FleetPlans> {
    return new FleetPlans(await PlanSession.open(options), options.say)
  }

  /**
   * Dry-runs each write, so that the report says what the API server would refuse.
   * @param source a branch, tag or commit, or a local directory; by default the head of the branch
   * @throws FaultError if Git or the cluster cannot be read
   */
  async report(source?: string): Promise<PlanReport> {
    const [planning, address] = await Promise.all([this.#session.read(source), this.#session.address()])
    const { view, fleet, heads, declared } = planning
    this.#say(`Planning ${fleet.installations.size} installations …`)
    await view.watchOwned()
    this.#declared = declared
    for (const id of this.#touched) this.#clean.delete(id)
    this.#touched.clear()
    const planner = planning.planner()
    const check = advanceCheck({ view, planner })
    const dryRuns = new DryRuns()
    const stays = new Map<string, readonly Fault[]>()
    const commit = fleet.commit.oid
    const revision = revisionAt(commit)
    const checked = await Promise.all(
      namesOf(planning).map(async ([name, id]) => {
        const member = declared.members.get(name)
        const known = this.#clean.get(id)
        if (known && known.member === member && !isContested(member, declared))
          return [name, known.objects] as const
        const planned = await planner.plan({ name, id, scope: 'all', head: commit }, declared)
        const isMoved =
          member !== undefined && !isSyncedAt(member.attempted.source, planning.records.get(name))
        const refused = isMoved
          ? await check(
              member,
              planned.filter((plan) => !planner.isDrift(plan)),
              declared,
            )
          : []
        if (refused.length > 0) stays.set(name, refused)
        const asked = await checkAll(name, planned, planner, { declared, view, dryRuns, mayReplace: true })
        const objects = asked.map((plan) => refusedPlan(plan, refused))
        if (member && objects.every(isClean)) this.#clean.set(id, { member, objects })
        else this.#clean.delete(id)
        return [name, objects] as const
      }),
    )
    const { lastDeclarations, namespace } = planning
    const held = await holdPlanned({
      declared,
      head: commit,
      namespace,
      lastDeclarations,
      plans: new Map(checked),
    })
    const plans = [...held].map(([installation, objects]): Plan => {
      const refused = stays.get(installation)
      return { installation, revision, objects, ...(refused && { held: refused }) }
    })
    const notices = noticesOf(heads)
    return {
      plans,
      ...(notices.length > 0 && { notices }),
      faults: sharedFaults([...heads, ...plans.map(documentFaults)]),
      target: address,
      dryRun: dryRuns.result,
      warnings: [...planning.warnings, ...(await unreadableKinds(view))],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
  }

  /** Plans again the installations that declare an object, have it or had it. */
  #onChange({ key, before, after }: LiveChange): void {
    for (const object of [before, after]) this.#touched.add(ownerOf(object))
    const { claims, members } = this.#declared ?? {}
    for (const name of claims?.get(idOf(key)) ?? []) this.#touched.add(members?.get(name)?.id ?? '')
  }
}

/** Blocks an object that keeps its installation at its last good revision. */
function refusedPlan(plan: ObjectPlan, refused: readonly Fault[]): ObjectPlan {
  const found = refused.find(({ object }) => object === idOf(plan.key))
  if (found === undefined || plan.action === 'blocked') return plan
  const { key, origin } = plan
  return { action: 'blocked', key, fault: found, ...(origin && { origin }) }
}

/** A document that the API server refuses is faulty in Git, like those that Reeve itself finds. */
function documentFaults({ installation, objects }: Plan): Faulty {
  const faults = objects.flatMap((plan) =>
    plan.action === 'blocked' && DOCUMENT_FAULTS.has(plan.fault.code) ? [plan.fault] : [],
  )
  return { name: installation, faults }
}

async function unreadableKinds(view: ClusterView): Promise<readonly Fault[]> {
  const { forbidden } = await view.findOwned()
  if (forbidden.length === 0) return []
  const names = forbidden.map(({ plural, group }) => (group === '' ? plural : `${plural}.${group}`))
  return [fault('kinds-unreadable', names.join(', '))]
}

interface Clean {
  readonly member: Member
  readonly objects: readonly ObjectPlan[]
}

/** A field left to others, an autoscaler for example, may count again although the object does not change. */
function isClean(plan: ObjectPlan): boolean {
  return (
    plan.action === 'unchanged' &&
    (plan.left ?? []).every(({ why }) => why.reason === 'settled' || why.reason === 'controlled')
  )
}

function isContested({ claims }: Member, declared: DesiredState): boolean {
  return claims.some((id) => declared.claims.get(id)?.length !== 1)
}

function ownerOf(object: LiveObject | undefined): string {
  return object?.metadata.labels?.[INSTALLATION_LABEL] ?? ''
}
