import type { Forge, PullRequest } from '../../adapters/forge/forge.ts'
import { REEVE } from '../../adapters/git/commit.ts'
import { offerCommit } from '../../adapters/git/offer-commit.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { Commit } from '../../model/snapshot.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { revertTree } from '../../stages/edit/revert-tree.ts'
import { branchPart } from './change-message.ts'
import { judgeProposal } from './judge-proposal.ts'
import { isRevertMessage, revertMessage, SHORT } from './revert-message.ts'

/** What a group went back from, and to. */
export interface Revert {
  readonly group: string
  /** Digest of what its members do not inherit any more. */
  readonly rejected: string
  /** The head of the branch. */
  readonly head: CommitTree
  /** The commit that they inherit from again, whose objects are local. */
  readonly good: CommitTree
  /** Why, as lines of the commit's body; without secrets. */
  readonly reason: string
}

export interface ProposeRevertOptions {
  readonly repository: Repository
  /** The branch that is followed. */
  readonly target: string
  /** Absent: only the branch is pushed. */
  readonly forge?: Forge | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ProposedRevert {
  /**
   * `nothing-new`: the head has it already; `present`: it is proposed already; `foreign`: the branch has commits of
   * others, which stay; `declined`: its pull request was closed.
   */
  readonly state: 'nothing-new' | 'pushed' | 'present' | 'foreign' | 'declined'
  readonly branch: string
  readonly commit?: string
  readonly pullRequest?: Pick<PullRequest, 'number' | 'url'>
}

/** The branch that proposes to take a digest back. */
export function revertBranch({ group, rejected }: Pick<Revert, 'group' | 'rejected'>): string {
  return `reeve/revert/${branchPart(group)}-${rejected.slice(0, SHORT)}`
}

/**
 * Proposes a commit that brings what a group's members inherit back, after the group went back by itself: on a branch
 * of its own, and as a pull request where there is a forge. What is proposed already is left as it is, and so is what
 * people changed or closed.
 * @throws FaultError unknown-group, no-rollout, not-editable, change-rejected, and those of Git and of the forge
 */
export async function proposeRevert(revert: Revert, options: ProposeRevertOptions): Promise<ProposedRevert> {
  const { head, good, group } = revert
  const { repository, target, forge, signal } = options
  const branch = revertBranch(revert)
  const { changes, restored: paths } = await revertTree(head, good, group)
  if (changes.size + paths.length === 0) return { state: 'nothing-new', branch }
  const before = await forge?.latest({ branch, target }, signal)
  if (before?.state === 'closed') return { state: 'declined', branch, pullRequest: told(before) }
  const { oid: parent, time } = head.snapshot.commit
  const restored = { from: good.snapshot.commit.oid, paths }
  const message = revertMessage({ ...revert, to: restored.from })
  const commit = await repository.prepare({
    parent,
    changes,
    restored,
    message,
    author: REEVE,
    time: Math.max(0, time),
  })
  const isEarlier = ({ committer, message: found }: Commit) =>
    committer === `${REEVE.name} <${REEVE.email}>` && isRevertMessage(found, revert)
  // Other clusters give other reasons.
  const judge = judgeProposal({ branch, target, commit, isEarlier, mayStay: () => true }, repository, signal)
  const offer = { branch, target, commit, judge, refusal: 'change-rejected' } as const
  const offered = await offerCommit(offer, repository, signal)
  if (forge === undefined || offered.state === 'foreign') return { ...offered, branch }
  const [title = '', ...body] = message.split('\n')
  const pull = await forge.open({ branch, target, title, body: body.join('\n').trim() }, signal)
  return { ...offered, branch, pullRequest: told(pull) }
}

function told({ number, url }: PullRequest): Pick<PullRequest, 'number' | 'url'> {
  return { number, url }
}
