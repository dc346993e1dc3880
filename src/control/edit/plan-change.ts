import type { Author } from '../../adapters/git/commit.ts'
import type { PreparedCommit } from '../../adapters/git/prepare-commit.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { declareTree } from '../../stages/declare/declare-tree.ts'
import type { RolloutRequest } from '../../stages/edit/rollout-request.ts'
import { readingWith } from '../fleet/leave-encrypted.ts'
import type { RepositoryParts } from '../fleet/repository-parts.ts'
import { changeMessage } from './change-message.ts'
import { patchOf } from './patch-of.ts'
import { isNothing, type TreeChange, treeChange } from './tree-change.ts'

export interface PlanChangeOptions {
  readonly parts: RepositoryParts
  readonly settings: Settings
  readonly author: Author | undefined
  readonly reason: string | undefined
}

/** A request as a change of the head of the branch. */
export interface PlannedChange {
  /** Full id of the head. */
  readonly head: string
  readonly message: string
  /** For git apply. */
  readonly patch: string
  /** Undefined where the head says it already. */
  readonly change: TreeChange | undefined
}

/**
 * What a request changes in the head of the branch, as it is now.
 * @throws FaultError for what the head does not have, and those of fetching
 */
export async function planChange(
  request: RolloutRequest,
  { parts, settings, reason }: PlanChangeOptions,
): Promise<PlannedChange> {
  const { repository } = parts
  const head = await repository.fetch(settings.branch)
  const { decrypt } = readingWith(settings.keys ?? {})
  const declared = async (snapshot: Snapshot) => ({
    snapshot,
    tree: await declareTree(snapshot, { decrypt, onUnforeseen: () => {} }),
  })
  const snapshot = await parts.snapshotAt(head)
  const past = async (commit: string) => {
    const found = await parts.pastSnapshot(commit)
    if (found === undefined) throw new FaultError(fault('git-no-commit', commit))
    return found
  }
  const change = await treeChange(request, await declared(snapshot), async (to) => declared(await past(to)))
  const from = change.restored && (await past(change.restored.from))
  return {
    head,
    message: changeMessage(request, reason),
    patch: await patchOf(change, snapshot, from),
    change: isNothing(change) ? undefined : change,
  }
}

/** The commit of a change on top of the head. @throws FaultError no-author, signing-key */
export async function commitOf(
  { head, message }: PlannedChange,
  { changes, restored }: TreeChange,
  { parts, author }: PlanChangeOptions,
): Promise<PreparedCommit> {
  if (author === undefined) throw new FaultError(fault('no-author', ''))
  const time = Math.floor(Date.now() / 1000)
  return parts.repository.prepare({ parent: head, changes, restored, message, author, time })
}
