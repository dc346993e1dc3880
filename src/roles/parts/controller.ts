import { Controller } from '../../control/controller/controller.ts'
import type { History } from '../../control/fleet/history.ts'
import { Promptly } from '../../control/fleet/promptly.ts'
import { advanceCheck } from '../../control/planner/check-advance.ts'
import { guardOf } from '../../control/planner/guard-of.ts'
import { BranchReviews } from '../../control/reviewed/branch-reviews.ts'
import { ReviewedPlans } from '../../control/reviewed/reviewed-plans.ts'
import type { Installation } from '../../model/installation.ts'
import type { Revision } from '../../model/revision.ts'
import type { Settings } from '../../model/settings.ts'
import { formatRevision } from '../../stages/plan/applied.ts'
import { logUnforeseen } from '../../support/telemetry/log.ts'
import { openDeletions } from '../open-deletions.ts'
import { openRollouts } from '../open-rollouts.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  {
    git,
    live,
    report,
    fleet,
    planner: plans,
    seal,
    lease,
  }: Pick<Parts, 'git' | 'live' | 'report' | 'fleet' | 'planner' | 'seal' | 'lease'>,
  { settings, metrics, patience, signal }: StartContext,
): Promise<Controller> {
  const { log } = lease
  const { declarer } = fleet
  const { parts, planner } = plans
  const { history, proofs, lastDeclarations } = parts
  const lastGoods = new Promptly<Installation | undefined>(
    (late) => late?.faults.length === 0 && declarer.landSoon(),
  )
  /** Others may write to the status branch: what it names is no more to be trusted than a head. */
  const mayBeApplied = async ({ own }: Revision) => {
    if (git.signatures === undefined || report.areRecordsOwn) return true
    return (await git.signatures.verifier.headFault(own)) === undefined
  }
  const installationAt = (revision: Revision, id: string) => {
    const find = async () =>
      (await mayBeApplied(revision)) ? history.installationAt(revision, id) : undefined
    return patience ? lastGoods.ask(`${formatRevision(revision)} ${id}`, patience.later.idleMs, find) : find()
  }
  const reviewed = reviewedPlans(settings, git, seal, history)
  const controller = new Controller({
    reviewed,
    isReviewRequired: (installation) => reviewed.isRequired(installation),
    hasKeys: settings.keys !== undefined,
    rules: settings.rules,
    namespace: settings.namespace,
    repository: settings.name,
    guard: guardOf(settings, live),
    sealer: () => seal.sealer,
    view: live,
    statuses: report.statuses,
    groups: report.groups,
    declarer,
    planner,
    proofs,
    lastDeclarations,
    check: advanceCheck({ view: live, planner }),
    installationAt,
    ancestry: git.ancestry,
    recentCommits: (head, needed) => git.recentCommits(head, needed),
    areRecordsOwn: () => report.areRecordsOwn,
    onUnforeseen: logUnforeseen(log),
    log,
    metrics,
  })
  const rollouts = openRollouts(
    { git, live, report, fleet, seal, log },
    { settings, metrics, signal },
    (name) => controller.isSeen(name),
  )
  const deletions = openDeletions(
    { git, live, report, fleet, planner: plans, seal, log },
    controller,
    rollouts,
  )
  declarer.composeWith(deletions)
  controller.follow(rollouts)
  controller.removeBy(deletions)
  declarer.onNewKeys(() => rollouts.forget())
  signal.addEventListener('abort', () => rollouts[Symbol.dispose](), { once: true })
  fleet.known = (name) => controller.declared.members.get(name)
  signal.addEventListener('abort', () => deletions[Symbol.dispose](), { once: true })
  plans.removalRefusal = (...removal) => controller.removalRefusal(...removal)
  plans.isDeletionAllowed = (name) => deletions.isAllowed(name)
  return controller
}

function reviewedPlans(
  settings: Settings,
  git: Parts['git'],
  seal: Parts['seal'],
  history: Pick<History, 'installationAt'>,
): ReviewedPlans {
  const { name, cluster, namespace, review } = settings
  const own = new BranchReviews(git.repository, cluster)
  return new ReviewedPlans({
    repository: name,
    cluster,
    rule: review ?? {},
    namespace,
    sealer: () => seal.sealer,
    reviews: (signal) => own.read(signal),
    ancestry: git.ancestry,
    commits: (from, to) => git.commits(from, to),
    installationAt: (revision, id) => history.installationAt(revision, id),
  })
}
