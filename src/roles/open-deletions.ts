import type { Controller } from '../control/controller/controller.ts'
import { PendingDeletions } from '../control/deletion/pending-deletions.ts'
import { CommitTrees } from '../control/fleet/commit-trees.ts'
import type { Composer } from '../control/fleet/fleet-declarer.ts'
import { ownedBy } from '../control/planner/owned.ts'
import { faultOf } from '../model/fault.ts'
import { type Log, logUnforeseen } from '../support/telemetry/log.ts'
import type { Parts } from './parts.ts'

type DeletionParts = Pick<Parts, 'git' | 'live' | 'report' | 'fleet' | 'planner' | 'seal'> & {
  readonly log: Log
}

/** @param inner decides what the others are made from */
export function openDeletions(
  { git, live, report, fleet, planner, seal, log }: DeletionParts,
  controller: Pick<Controller, 'removedRevision' | 'idOf'>,
  inner: Composer,
): PendingDeletions {
  const { declarer } = fleet
  const onUnforeseen = logUnforeseen(log)
  return new PendingDeletions({
    inner,
    trees: new CommitTrees({
      snapshotAt: (commit) => git.branchSnapshot(commit),
      decrypt: git.keyring.decrypt,
      onUnforeseen,
    }),
    statuses: report.statuses,
    sampleOf: (name) => ownedBy(controller.idOf(name), live.cache)[0],
    readMarks: () => live.watchOwned(),
    lastSaid: (object, head) => planner.parts.lastDeclarations.removed(object, head),
    appliedOf: (name) => controller.removedRevision(name),
    sealer: () => seal.sealer,
    areRecordsOwn: () => report.areRecordsOwn,
    recompose: () => declarer.inTurn.run(() => declarer.recompose()),
    now: () => Date.now(),
    onUnforeseen: (error) => onUnforeseen(error, faultOf(error)),
    log,
  })
}
