import { REEVE } from '../../adapters/git/commit.ts'
import type { PreparedCommit } from '../../adapters/git/prepare-commit.ts'
import type { Repository } from '../../adapters/git/repository.ts'
import type { TemplateSources } from '../../adapters/source/template-sources.ts'
import { type Fault, FaultError, fault, isFault } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import { LOCK_FILE } from '../../stages/declare/charts/lock-file.ts'
import { lockRanges, type Ranged } from '../fleet/lock-versions.ts'
import { lockBranch } from './lock-branch.ts'
import { isLockMessage, lockMessage } from './lock-message.ts'

/** Maximum number of attempts while others move the branch. */
const ATTEMPTS = 3
/** Maximum wait for other fetches, in milliseconds. */
const TURN_WITHIN_MS = 60_000

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
  const offered = await offer({ commit, branch, file, isWhole: faults.length === 0 }, options)
  return { ...offered, branch, subject: message.slice(0, message.indexOf('\n')), faults }
}

interface Offer {
  readonly commit: PreparedCommit
  readonly branch: string
  readonly file: string
  /** Whether all ranges could be looked up. */
  readonly isWhole: boolean
}

async function offer(made: Offer, options: ProposalOptions): Promise<Pick<Proposal, 'state' | 'commit'>> {
  const { repository, signal } = options
  const { commit, branch } = made
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const head = await repository.headOf(branch, { signal })
    if (head === commit.oid) return { state: 'present', commit: head }
    const found = head === undefined ? 'replaceable' : await judge(head, made, options)
    if (found !== 'replaceable') return { state: found, ...(head !== undefined && { commit: head }) }
    signal.throwIfAborted()
    const result = await repository
      .moveBranch(branch, { expected: head, to: commit }, { signal })
      .catch(asRejection)
    if (result === 'pushed') return { state: 'pushed', commit: commit.oid }
  }
  throw new FaultError(fault('proposal-rejected', `another writer keeps moving ${branch}`))
}

/** What the branch's commit is: the same proposal, an earlier one or one that was merged, or others' work. */
async function judge(
  head: string,
  { commit, file, isWhole }: Offer,
  { repository, settings, signal }: ProposalOptions,
): Promise<'present' | 'replaceable' | 'foreign'> {
  const { branch } = settings
  await repository.fetchCommit(head, { branch, depth: 1, turnWithinMs: TURN_WITHIN_MS, signal })
  const found = await repository.readCommit(head)
  if (found === undefined) return 'foreign'
  const isOwn = found.committer === `${REEVE.name} <${REEVE.email}>` && isLockMessage(found.message, file)
  if (!isOwn) {
    const isMerged =
      commit.parent !== undefined && (await repository.commitsBetween(commit.parent, head, 1)).length === 0
    return isMerged ? 'replaceable' : 'foreign'
  }
  const isOnTop = found.parents.length === 1 && found.parents[0] === commit.parent
  const isKept = isOnTop && (!isWhole || (await repository.treeOf(head)) === commit.tree)
  return isKept ? 'present' : 'replaceable'
}

function asRejection(error: unknown): never {
  if (!isFault(error, 'git-rejected')) throw error
  const { message } = error.fault
  const details = message.slice(message.indexOf(': ') + 2)
  throw new FaultError(fault('proposal-rejected', details), { cause: error })
}
