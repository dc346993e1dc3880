import { configuredForge } from '../../adapters/forge/configured-forge.ts'
import type { PullRequest } from '../../adapters/forge/forge.ts'
import { offerCommit } from '../../adapters/git/offer-commit.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Commit } from '../../model/snapshot.ts'
import { type RolloutRequest, subjectOf } from '../../stages/edit/rollout-request.ts'
import { changeBranch } from './change-message.ts'
import { judgeProposal } from './judge-proposal.ts'
import { commitOf, type PlanChangeOptions, type PlannedChange } from './plan-change.ts'
import type { TreeChange } from './tree-change.ts'

export interface ProposedChange {
  /** `present`: it was proposed already. */
  readonly state: 'proposed' | 'present'
  /** The branch that proposes it. */
  readonly branch: string
  readonly commit: string
  readonly pullRequest: Pick<PullRequest, 'number' | 'url'>
}

/**
 * Puts a change on a branch of its own, and opens a pull request unless one is open.
 * @throws FaultError no-author, branch-taken, change-rejected, bad-option without a forge, and those of Git and the forge
 */
export async function proposeChange(
  request: RolloutRequest,
  planned: PlannedChange,
  change: TreeChange,
  options: PlanChangeOptions,
): Promise<ProposedChange> {
  const { parts, settings } = options
  await using forge = await configuredForge(settings)
  if (forge === undefined)
    throw new FaultError(fault('bad-option', '--pull-request needs a forge: give --forge-token-file'))
  const { message } = planned
  const branch = changeBranch(request, settings.path)
  const commit = await commitOf(planned, change, options)
  const title = subjectOf(request)
  const proposed = {
    branch,
    target: settings.branch,
    commit,
    isEarlier: (found: Commit) => found.message.split('\n', 1)[0] === title,
    // What a mark approves or forces is the head that it stands on.
    mayStay: (found: Commit) =>
      found.message.trim() === message.trim() && (!change.isMark || found.parents[0] === planned.head),
  }
  const judge = judgeProposal(proposed, parts.repository)
  const offered = await offerCommit({ ...proposed, judge, refusal: 'change-rejected' }, parts.repository)
  if (offered.state === 'foreign') throw new FaultError(fault('branch-taken', branch))
  const body = message.slice(message.indexOf('\n') + 1).trim()
  const { number, url } = await forge.open({ branch, target: settings.branch, title, body })
  const state = offered.state === 'present' ? 'present' : 'proposed'
  return { state, branch, commit: offered.commit, pullRequest: { number, url } }
}
