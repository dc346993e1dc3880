import { cut } from '../../model/cut.ts'
import { printable } from '../../model/printable.ts'

/** A change of how a rollout goes, as a person asks for it. */
export type RolloutRequest = EditRequest | MarkRequest | RollbackRequest

/** A request of which the commit may be left open: for a rollback, what the group proved last. */
export type OpenRequest = RolloutRequest | Omit<RollbackRequest, 'to'>

/** One that is an edit of one document. */
export type EditRequest = PauseRequest | SkipRequest | PinRequest

export interface PauseRequest {
  readonly verb: 'pause' | 'resume'
  readonly group: string
}

export interface SkipRequest {
  readonly verb: 'skip' | 'unskip'
  readonly group: string
  readonly member: string
}

export type PinRequest =
  | { readonly verb: 'pin'; readonly installation: string; readonly to: string }
  | { readonly verb: 'unpin'; readonly installation: string }

/** One that the trailer of a commit is, whose files are those of its parent. */
export interface MarkRequest {
  readonly verb: 'approve' | 'force'
  readonly group: string
}

export interface RollbackRequest {
  readonly verb: 'rollback'
  readonly group: string
  /** Full id of a commit. */
  readonly to: string
}

/** Number of digits of a commit's id in texts. */
const SHORT = 12
const LONGEST_NAME = 80

/** Subject of the commit. */
export function subjectOf(request: RolloutRequest): string {
  switch (request.verb) {
    case 'pause':
      return `Pause the rollout of ${name(request.group)}`
    case 'resume':
      return `Resume the rollout of ${name(request.group)}`
    case 'approve':
      return `Approve the rollout of ${name(request.group)}`
    case 'force':
      return `Force the rollout of ${name(request.group)}`
    case 'skip':
      return `Skip ${name(request.member)} in the rollout of ${name(request.group)}`
    case 'unskip':
      return `No longer skip ${name(request.member)} in the rollout of ${name(request.group)}`
    case 'pin':
      return `Pin ${name(request.installation)} to ${request.to.slice(0, SHORT)}`
    case 'unpin':
      return `Unpin ${name(request.installation)}`
    case 'rollback':
      return `Roll ${name(request.group)} back to ${request.to.slice(0, SHORT)}`
  }
}

/** Trailer by which the commit itself is what is asked for; undefined where its files are. */
export function trailerOf(request: RolloutRequest): string | undefined {
  if (request.verb === 'approve') return `Reeve-Approve: ${request.group}`
  return request.verb === 'force' ? `Reeve-Force: ${request.group}` : undefined
}

/** The group or installation that is changed. */
export function targetOf(request: RolloutRequest): string {
  return 'group' in request ? request.group : request.installation
}

function name(text: string): string {
  return cut(printable(text), LONGEST_NAME)
}
