import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import type { PullRequest } from '../../adapters/forge/forge.ts'
import type { Author } from '../../adapters/git/commit.ts'
import { asRefusal } from '../../adapters/git/offer-commit.ts'
import { FaultError, fault, isFault } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import type { OpenRequest, RolloutRequest } from '../../stages/edit/rollout-request.ts'
import type { Log } from '../../support/telemetry/log.ts'
import { openForReading, type RepositoryParts } from '../fleet/repository-parts.ts'
import { branchCommit } from './branch-commit.ts'
import { commitOf, type PlanChangeOptions, type PlannedChange, planChange } from './plan-change.ts'
import { proposeChange } from './propose-change.ts'
import { provenCommits } from './proven-commits.ts'
import type { TreeChange } from './tree-change.ts'

/** Maximum number of attempts while others move the branch. */
const ATTEMPTS = 5

export interface ChangeRolloutOptions {
  readonly settings: Settings
  readonly log: Log
  /** `show` changes nothing. */
  readonly how: 'show' | 'push' | 'pull-request'
  /** Undefined where git does not know who the user is. */
  readonly author: Author | undefined
  /** For the body of the commit. */
  readonly reason: string | undefined
}

/** What became of a request. */
export interface RolloutChange {
  /** With the full id of the commit that it names. */
  readonly request: RolloutRequest
  /** `unchanged`: the branch says it already; `present`: it is proposed already. */
  readonly state: 'unchanged' | 'shown' | 'pushed' | 'proposed' | 'present'
  /** Of the commit. */
  readonly message: string
  /** For git apply; empty where the message is what counts. */
  readonly patch: string
  /** The branch that the commit is on, or would be. */
  readonly branch: string
  readonly commit?: string
  readonly pullRequest?: Pick<PullRequest, 'number' | 'url'>
}

/**
 * Makes a request about a rollout a commit of the branch, or proposes it.
 * @throws FaultError for what the branch does not have, no-author, unsigned-change, change-rejected, branch-taken, and
 * those of Git and of the forge
 */
export async function changeRollout(
  request: OpenRequest,
  options: ChangeRolloutOptions,
): Promise<RolloutChange> {
  try {
    const { settings, log, how } = options
    if (how === 'push' && settings.verify !== undefined && settings.sign === undefined)
      throw new FaultError(fault('unsigned-change', settings.branch))
    await using parts = await openForReading(settings, log)
    const within = { ...options, parts }
    if (request.verb === 'rollback' && !('to' in request)) return await backToProof(request.group, within)
    return await changeIn(await withFullId(request, parts, settings), within)
  } catch (error) {
    throw asFaultError(error)
  }
}

/**
 * Goes back to the newest commit that the group has proven and that the branch differs from.
 * @throws FaultError nothing-proven
 */
async function backToProof(
  group: string,
  options: ChangeRolloutOptions & PlanChangeOptions,
): Promise<RolloutChange> {
  const { parts, settings } = options
  const proven = await provenCommits(group, settings.statusBranch, parts.repository)
  const { repository } = parts
  for (const commit of proven) {
    const to = await branchCommit(commit, settings.branch, repository).catch(unlessForeign)
    const change = to && (await changeIn({ verb: 'rollback', group, to }, options))
    if (change && change.state !== 'unchanged') return change
  }
  const to = await repository.fetch(settings.branch)
  await changeIn({ verb: 'rollback', group, to }, options) // finds out that there is no such group
  throw new FaultError(fault('nothing-proven', group))
}

/** Others may write commits of other branches to the status branch. */
function unlessForeign(error: unknown): undefined {
  if (!isFault(error, 'not-in-branch') && !isFault(error, 'git-no-commit')) throw error
}

async function withFullId(
  request: RolloutRequest,
  { repository }: RepositoryParts,
  { branch }: Settings,
): Promise<RolloutRequest> {
  if (!('to' in request)) return request
  return { ...request, to: await branchCommit(request.to, branch, repository) }
}

/** Plans anew where the branch moved meanwhile. */
async function changeIn(
  request: RolloutRequest,
  options: ChangeRolloutOptions & PlanChangeOptions,
): Promise<RolloutChange> {
  const { settings, how } = options
  const { branch } = settings
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const planned = await planChange(request, options)
    const { change, message, patch } = planned
    const told = { request, message, patch, branch }
    if (change === undefined) return { ...told, state: 'unchanged' }
    if (how === 'show') return { ...told, state: 'shown' }
    if (how === 'pull-request')
      return { ...told, ...(await proposeChange(request, planned, change, options)) }
    const commit = await pushed(planned, change, options)
    if (commit !== undefined) return { ...told, state: 'pushed', commit }
  }
  throw new FaultError(fault('change-rejected', `another writer keeps moving ${branch}`))
}

/** The commit's id; undefined where the branch moved. @throws FaultError change-rejected */
async function pushed(
  planned: PlannedChange,
  change: TreeChange,
  options: PlanChangeOptions,
): Promise<string | undefined> {
  const { parts, settings } = options
  const commit = await commitOf(planned, change, options)
  const move = { expected: planned.head, to: commit }
  const result = await parts.repository.moveBranch(settings.branch, move).catch(asRefusal('change-rejected'))
  return result === 'pushed' ? commit.oid : undefined
}
