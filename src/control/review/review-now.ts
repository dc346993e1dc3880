import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { PlanTarget } from '../../model/plan.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { isDirectory } from '../../stages/snapshot/is-directory.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { type PlanningOptions, PlanSession } from '../planner/plan-session.ts'
import { unreadableKinds } from '../planner/unreadable-kinds.ts'
import { Asked } from './asked.ts'
import { changeOf } from './change-of.ts'
import type { ChangePlan } from './change-plan.ts'
import { reviewOf } from './review-of.ts'
import { ReviewPlanner } from './review-planner.ts'

export interface SourceReview {
  readonly review: ClusterReview
  /** The cluster that it is planned against. */
  readonly target: PlanTarget
  /** The branch that it is for. */
  readonly branch: string
  /** The branch has all of it already. */
  readonly isInTarget: boolean
}

export interface ReviewNowOptions extends PlanningOptions {
  /** Also tell fields that are left as they are, and the merge base of each change. */
  readonly explain?: boolean
}

/**
 * What merging a change into the followed branch would do now, as reviews of open changes tell it. Changes nothing.
 * @param source a branch, tag, commit or pull request, merged with the head of the branch; or a directory as it is
 * @throws FaultError if Git or the cluster cannot be read, or the change is too large
 */
export async function reviewNow(options: ReviewNowOptions, source: string): Promise<SourceReview> {
  try {
    await using session = await PlanSession.open(options)
    return await reviewIn(session, source, options)
  } catch (error) {
    throw asFaultError(error)
  }
}

async function reviewIn(
  session: PlanSession,
  source: string,
  { settings, say, log, explain }: ReviewNowOptions,
): Promise<SourceReview> {
  const { branch, cluster } = settings
  const mayBeEmpty = await isDirectory(source) // a directory is also planned before its first commit
  const [planning, target] = await Promise.all([session.read(undefined, { mayBeEmpty }), session.address()])
  const { view, fleet, records } = planning
  await view.watchOwned()
  await using planner = new ReviewPlanner({
    ...session.shared,
    settings,
    records: () => records.values(),
    record: (name) => records.get(name),
    known: (name) => planning.declared.members.get(name),
    areKnownApplied: false,
    settled: undefined,
    log,
  })
  say?.(`Reading ${source} …`)
  const { head, plan } = await planSource(source, {
    planner,
    fleet,
    branch,
    repository: session.shared.source.repository,
  })
  if (plan === undefined) throw new RangeError('there is no plan before the first')
  return {
    review: reviewOf({
      repository: settings.name,
      cluster,
      change: source,
      head,
      target: fleet,
      plan,
      sealer: session.shared.sealKey.sealer,
      warnings: [...planning.warnings, ...(await unreadableKinds(view))],
      explain,
    }),
    target,
    branch,
    isInTarget: plan.isInTarget,
  }
}

interface PlanSourceOptions {
  readonly planner: ReviewPlanner
  /** At the head of the branch. */
  readonly fleet: Fleet
  readonly branch: string
  readonly repository: Repository
}

/** @returns the plan, and the full id of the commit that it is of */
async function planSource(
  source: string,
  { planner, fleet, branch, repository }: PlanSourceOptions,
): Promise<{ readonly head: string; readonly plan: ChangePlan | undefined }> {
  const asked = new Asked()
  if (await isDirectory(source)) {
    const snapshot = await snapshotDirectory(source)
    return { head: snapshot.commit.oid, plan: await planner.planDirectory(snapshot, fleet, asked) }
  }
  const change = await changeOf(repository, source, branch)
  return { head: change.head, plan: await planner.plan(change, fleet, { asked }) }
}
