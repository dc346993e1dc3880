import { CommitTrees } from '../control/rollout/commit-trees.ts'
import { RecordCopies } from '../control/rollout/record-copies.ts'
import { RolloutRecords } from '../control/rollout/rollout-records.ts'
import { Rollouts } from '../control/rollout/rollouts.ts'
import type { Settings } from '../model/settings.ts'
import { appliedOf } from '../stages/plan/applied.ts'
import { type Log, logUnforeseen } from '../support/telemetry/log.ts'
import type { Parts } from './parts.ts'

/** Namespace of what Reeve remembers where it does not run in the cluster. */
const ELSEWHERE = 'default'

type RolloutParts = Pick<Parts, 'git' | 'live' | 'report' | 'fleet' | 'seal'> & { readonly log: Log }

/** @param isSeen whether this process has looked at all of an installation */
export function openRollouts(
  { git, live, report, fleet, seal, log }: RolloutParts,
  settings: Settings,
  isSeen: (name: string) => boolean,
): Rollouts {
  const { declarer, renderers } = fleet
  const onUnforeseen = logUnforeseen(log)
  const now = () => Date.now()
  const { decrypt } = git.keyring
  const copies = new RecordCopies({
    client: () => live.client,
    repository: settings.name,
    namespace: () => live.cluster.podNamespace ?? ELSEWHERE,
  })
  const rollouts: Rollouts = new Rollouts({
    statuses: report.statuses,
    trees: new CommitTrees({
      snapshotAt: (commit) => git.pastSnapshot(commit),
      decrypt,
      onUnforeseen,
    }),
    treeOptions: { decrypt, onUnforeseen },
    renderers,
    records: new RolloutRecords({
      copies,
      recorded: () => ({ records: report.commits.groupRecords, areOwn: report.areRecordsOwn }),
      sealer: () => seal.sealer,
      now,
    }),
    sealer: () => seal.sealer,
    areRecordsOwn: () => report.areRecordsOwn,
    marksOf: (id) =>
      [...live.cache.byInstallation(id)].flatMap((object) => appliedOf(object)?.revision ?? []),
    isSeen,
    recentCommits: (head) => git.recentCommits(head),
    trailers: async () => ({ approved: new Map(), forced: new Map() }),
    recompose: () => declarer.recompose(),
    inTurn: (action) => declarer.inTurn.run(action),
    onReports: (reports) => {
      report.commits.noteGroupsKnown()
      report.groups.update(reports)
    },
    now,
    log,
  })
  return rollouts
}
