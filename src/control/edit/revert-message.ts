import { cut } from '../../model/cut.ts'
import { inertLine } from '../../model/inert-text.ts'
import { messageOf } from './change-message.ts'

/** Number of digits of ids and digests. */
export const SHORT = 12
const LONGEST_LINE = 200
const MOST_LINES = 20

export interface RevertTexts {
  readonly group: string
  /** Digest of what the group went back from. */
  readonly rejected: string
  /** Full id of the commit that it goes back to. */
  readonly to: string
  /** May quote what the cluster says, which others write. */
  readonly reason: string
}

/** The message of the commit that proposes what a group did by itself; equal input makes an equal message. */
export function revertMessage({ group, rejected, to, reason }: RevertTexts): string {
  const lines = reason.trim().split('\n').slice(0, MOST_LINES)
  const told = lines.map((line) =>
    cut(
      inertLine(line, (commit) => to.startsWith(commit)),
      LONGEST_LINE,
    ),
  )
  return messageOf(`Roll ${group} back to ${to.slice(0, SHORT)}`, [told.join('\n'), trailer(group, rejected)])
}

/** Whether a message is that of a proposal to take the same back. */
export function isRevertMessage(
  message: string,
  { group, rejected }: Pick<RevertTexts, 'group' | 'rejected'>,
): boolean {
  return message.trimEnd().split('\n').at(-1) === trailer(group, rejected)
}

function trailer(group: string, rejected: string): string {
  return `Reeve-Revert: ${group} ${rejected.slice(0, SHORT)}`
}
