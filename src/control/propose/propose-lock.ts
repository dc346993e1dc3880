import { REEVE } from '../../adapters/git/commit.ts'
import { offerCommit } from '../../adapters/git/offer-commit.ts'
import type { PreparedCommit } from '../../adapters/git/prepare-commit.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { TemplateSources } from '../../adapters/source/template-sources.ts'
import type { Fault } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import type { Commit } from '../../model/snapshot.ts'
import { LOCK_FILE } from '../../stages/declare/charts/lock-file.ts'
import { lockRanges, type Ranged } from '../fleet/lock-versions.ts'
import { lockBranch } from './lock-branch.ts'
import { isLockMessage, lockMessage } from './lock-message.ts'

export interface ProposalOptions {
  readonly repository: Repository
  readonly sources: TemplateSources
  readonly settings: Pick<Settings, 'branch' | 'path'>
  readonly signal: AbortSignal
}

export interface Proposal {
  /** `present`: the branch has it already; `foreign`: the branch has commits of others, which stay. */
  readonly state: 'nothing-new' | 'pushed' | 'present' | 'foreign'
  readonly branch: string
  /** The branch's commit; undefined where there is nothing to propose. */
  readonly commit?: string
  readonly subject?: string
  /** Of ranges whose versions could not be looked up. */
  readonly faults: readonly Fault[]
}

/**
 * Proposes the newest versions of a commit's ranges: one commit on top of it, on a branch of its own, that changes
 * only the lock file. The commit follows from its content, so that Reeves that propose the same make the same
 * commit.
 *
 * @throws FaultError proposal-rejected, git-unreachable, git-unauthorized
 */
export async function proposeLock(ranged: Ranged, options: ProposalOptions): Promise<Proposal> {
  const { repository, sources, settings, signal } = options
  const branch = lockBranch(settings)
  const { ranges, faults, text } = await lockRanges(ranged, { sources, update: true, signal })
  const moved = ranges.filter(({ entry, before }) => entry !== before)
  if (text === undefined || moved.length === 0) return { state: 'nothing-new', branch, faults }
  const file = settings.path === '' ? LOCK_FILE : `${settings.path}/${LOCK_FILE}`
  const message = lockMessage(moved, file)
  const { oid: parent, time } = ranged.snapshot.commit
  const commit = await repository.prepare({
    parent,
    changes: new Map([[file, text]]),
    message,
    author: REEVE,
    time: Math.max(0, time),
  })
  const isWhole = faults.length === 0
  const judge = (found: Commit) => judgeProposal(found, { commit, file, isWhole }, repository)
  const offer = { branch, target: settings.branch, commit, judge, refusal: 'proposal-rejected' } as const
  const offered = await offerCommit(offer, repository, signal)
  return { ...offered, branch, subject: message.slice(0, message.indexOf('\n')), faults }
}

interface Proposed {
  readonly commit: PreparedCommit
  readonly file: string
  /** Whether all ranges could be looked up. */
  readonly isWhole: boolean
}

/** What the branch's commit is: the same proposal, an earlier one or one that was merged, or others' work. */
async function judgeProposal(
  { oid: head, committer, message, parents }: Commit,
  { commit, file, isWhole }: Proposed,
  repository: Repository,
): Promise<'present' | 'replaceable' | 'foreign'> {
  const isOwn = committer === `${REEVE.name} <${REEVE.email}>` && isLockMessage(message, file)
  if (!isOwn) {
    const isMerged =
      commit.parent !== undefined && (await repository.commitsBetween(commit.parent, head, 1)).length === 0
    return isMerged ? 'replaceable' : 'foreign'
  }
  const isOnTop = parents.length === 1 && parents[0] === commit.parent
  const isKept = isOnTop && (!isWhole || (await repository.treeOf(head)) === commit.tree)
  return isKept ? 'present' : 'replaceable'
}
