import { configuredForge } from '../adapters/forge/configured-forge.ts'
import { proposeRevert } from '../control/edit/propose-revert.ts'
import { CommitTrees } from '../control/fleet/commit-trees.ts'
import { fenceOf } from '../control/planner/guard-of.ts'
import { BranchHistory } from '../control/rollout/branch-history.ts'
import { GroupChecks } from '../control/rollout/checks/group-checks.ts'
import { RecordCopies } from '../control/rollout/record-copies.ts'
import { Reverts } from '../control/rollout/reverts.ts'
import { RolloutRecords } from '../control/rollout/rollout-records.ts'
import { Rollouts } from '../control/rollout/rollouts.ts'
import { faultOf } from '../model/fault.ts'
import type { GroupReport } from '../model/group-report.ts'
import { OUTSIDE } from '../model/tenancy.ts'
import { appliedOf } from '../stages/plan/applied.ts'
import { groupNote } from '../stages/report/rollouts/group-note.ts'
import type { GroupTransition } from '../stages/report/rollouts/group-statuses.ts'
import { trustOf } from '../support/exchange/trust.ts'
import { type Log, logUnforeseen } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import type { Parts } from './parts.ts'
import type { StartContext } from './start-context.ts'

type RolloutParts = Pick<Parts, 'git' | 'live' | 'report' | 'fleet' | 'seal'> & { readonly log: Log }

/** @param isSeen whether this process has looked at all of an installation */
export function openRollouts(
  { git, live, report, fleet, seal, log }: RolloutParts,
  { settings, metrics, signal }: Pick<StartContext, 'settings' | 'metrics' | 'signal'>,
  isSeen: (name: string) => boolean,
): Rollouts {
  const { declarer, renderers } = fleet
  const onUnforeseen = logUnforeseen(log)
  const now = () => Date.now()
  const { decrypt } = git.keyring
  const copies = new RecordCopies({
    client: () => live.client,
    repository: settings.name,
    namespace: () => live.cluster.podNamespace ?? OUTSIDE,
  })
  const trees = new CommitTrees({
    snapshotAt: (commit) => git.branchSnapshot(commit),
    decrypt,
    onUnforeseen,
  })
  const { repository } = git
  const reverts = new Reverts({
    propose: async (revert) => {
      await using forge = await configuredForge(settings)
      return await proposeRevert(revert, { repository, target: settings.branch, forge, signal })
    },
    trees,
    log,
  })
  signal.addEventListener('abort', () => reverts[Symbol.dispose](), { once: true })
  const rollouts: Rollouts = new Rollouts({
    statuses: report.statuses,
    trees,
    renderers,
    records: new RolloutRecords({
      copies,
      recorded: () => ({ records: report.commits.groupRecords, areOwn: report.areRecordsOwn }),
      sealer: () => seal.sealer,
      now,
    }),
    sealer: () => seal.sealer,
    areRecordsOwn: () => report.areRecordsOwn,
    history: new BranchHistory({
      commits: (from, to, limit) => git.newestCommits(from, to, limit),
      reach: (commit) => git.isInBranch(commit),
    }),
    reverts,
    readMarks: () => live.watchOwned(),
    marksOf: (id) =>
      [...live.cache.byInstallation(id)].flatMap((object) => appliedOf(object)?.revision ?? []),
    isSeen,
    checks: new GroupChecks({
      client: live.client,
      repository: settings.name,
      rules: { guard: fenceOf(settings, live), accounts: settings.tenancy.accounts },
      addresses: settings.checkAddresses ?? [],
      trust: trustOf(settings.gitCaFile),
      log,
    }),
    recompose: () => declarer.recompose(),
    inTurn: (action) => declarer.inTurn.run(action),
    onReports: (reports) => {
      report.commits.noteGroupsKnown()
      report.groups.update(reports)
    },
    now,
    onUnforeseen,
    log,
  })
  const { groups } = report
  metrics.onRollouts(() => [...groups.all()].map((each) => [each, groups.age(each.name)] as const))
  groups.onTransition((transition) => logGroup(transition, log))
  groups.onTransition(({ before, after }) => {
    if (after?.state === 'done' && before !== undefined && before.state !== 'done')
      noteArrival(after, git, metrics).catch((error: unknown) => onUnforeseen(error, faultOf(error)))
  })
  return rollouts
}

function logGroup(transition: GroupTransition, log: Log): void {
  const { name: group, after } = transition
  if (after === undefined || groupNote(transition) === undefined) return
  const { state, commit, moved, members, waits } = after
  const fields = { group, state, commit, moved: `${moved}/${members}`, ...(waits !== undefined && { waits }) }
  log[state === 'halted' ? 'warn' : 'info'](fields, 'rollout')
}

async function noteArrival(
  { name, commit }: GroupReport,
  { repository }: RolloutParts['git'],
  metrics: Metrics,
): Promise<void> {
  const made = await repository.readCommit(commit)
  if (made) metrics.rolledOut(name, Math.max(0, Date.now() / 1000 - made.time))
}
