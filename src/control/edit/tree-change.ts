import { FaultError, fault } from '../../model/fault.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { editedFiles } from '../../stages/edit/edited-files.ts'
import { revertTree } from '../../stages/edit/revert-tree.ts'
import { rolloutEdit } from '../../stages/edit/rollout-edits.ts'
import type { MarkRequest, RolloutRequest } from '../../stages/edit/rollout-request.ts'
import { ruledGroup } from '../../stages/edit/ruling-group.ts'

/** Changes of a commit's tree. Paths are from the root of the repository. */
export interface TreeChange {
  readonly changes: ReadonlyMap<string, string>
  /** Paths that are as they are in another commit, which may lack them. */
  readonly restored?: { readonly from: string; readonly paths: readonly string[] }
  /** The commit itself is what is asked for: its tree may be that of its parent. */
  readonly isMark: boolean
}

/**
 * What a request changes in a commit.
 * @param past declares an earlier commit
 * @throws FaultError for what the commit does not have, or what cannot be edited
 */
export async function treeChange(
  request: RolloutRequest,
  head: CommitTree,
  past: (commit: string) => Promise<CommitTree>,
): Promise<TreeChange> {
  switch (request.verb) {
    case 'approve':
    case 'force':
      checkMark(request, head)
      return { changes: new Map(), isMark: true }
    case 'rollback': {
      ruledGroup(head.tree, request.group)
      const { changes, restored } = await revertTree(head, await past(request.to), request.group)
      return { changes, restored: { from: request.to, paths: restored }, isMark: false }
    }
    default:
      return { changes: await editedFiles(head.snapshot, rolloutEdit(head.tree, request)), isMark: false }
  }
}

/** @throws FaultError unknown-group, no-rollout, needs-no-approval */
function checkMark({ verb, group }: MarkRequest, { tree }: CommitTree): void {
  const { document, place } = ruledGroup(tree, group)
  if (verb === 'approve' && document.rollout?.needsApproval === false)
    throw new FaultError(fault('needs-no-approval', group, { location: place('/spec/rollout') }))
}

/** Whether a change has nothing to commit. */
export function isNothing({ changes, restored, isMark }: TreeChange): boolean {
  return !isMark && changes.size === 0 && (restored?.paths.length ?? 0) === 0
}
