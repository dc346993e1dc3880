import { cut } from '../../model/cut.ts'
import { inertLine } from '../../model/inert-text.ts'
import type { LockedRange } from '../fleet/lock-versions.ts'

const LONGEST_LINE = 200
/** Maximum number of ranges listed. */
const MOST_LISTED = 100

/** The message of a commit that moves ranges to other versions; equal input makes an equal message. */
export function lockMessage(ranges: readonly LockedRange[], file: string): string {
  const listed = ranges.slice(0, MOST_LISTED).map(line)
  const more = ranges.length - listed.length
  const lines = more > 0 ? [...listed, `and ${more} more`] : listed
  return `${subject(ranges)}\n\n${lines.join('\n')}\n\n${trailer(file)}\n`
}

/** Whether a message is that of a proposal for the lock file. */
export function isLockMessage(message: string, file: string): boolean {
  return message.trimEnd().split('\n').at(-1) === trailer(file)
}

function trailer(file: string): string {
  return `Reeve-Lock: ${oneLine(file)}`
}

function subject(ranges: readonly LockedRange[]): string {
  const [first, ...others] = ranges
  if (first === undefined || others.length > 0) return `Lock ${ranges.length} versions of charts`
  const { name, range, version } = first.entry
  return oneLine(`Lock ${name} ${range} at ${version}`)
}

function line({ entry: { name, range, version }, before }: LockedRange): string {
  return oneLine(`- ${name} ${range}: ${before?.version ?? 'none'} → ${version}`)
}

function oneLine(text: string): string {
  const words = inertLine(text.replaceAll(/\s+/g, ' '), () => false)
  return cut(words, LONGEST_LINE)
}
