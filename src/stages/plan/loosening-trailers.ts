import type { VouchedCommit } from '../../model/snapshot.ts'

const TRAILER = /^([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*)$/
const MADE_BY_GIT = /^(Signed-off-by: |\(cherry picked from commit )/

/** Trailers that loosen a guard. */
export type LooseningTrailer = 'Reeve-Allow-Deletion' | 'Reeve-Accept-Plan' | 'Reeve-Approve' | 'Reeve-Force'

/**
 * The values of a trailer, as git interpret-trailers finds them: in the last paragraph of the message, which is not
 * the subject's and holds only trailers (or one that Git made, and at least a quarter trailers). Whatever loosens a
 * guard is read here: where commits have to be signed, what an unsigned one says counts for nothing.
 */
export function looseningTrailers(
  { message, isVouched }: Pick<VouchedCommit, 'message' | 'isVouched'>,
  trailer: LooseningTrailer,
): readonly string[] {
  if (!isVouched) return []
  const wanted = trailer.toLowerCase()
  return trailersOf(message).flatMap(([key, value]) => (key.toLowerCase() === wanted ? value : []))
}

function trailersOf(message: string): readonly (readonly [string, string])[] {
  const lines = message.replaceAll('\r\n', '\n').trimEnd().split('\n')
  const blank = lines.findLastIndex((line) => line.trim() === '')
  if (blank < 0) return []
  const unfolded = unfold(lines.slice(blank + 1).filter((line) => !line.startsWith('#')))
  const trailers = unfolded.flatMap((line) => trailer(line))
  const generated = unfolded.filter((line) => MADE_BY_GIT.test(line)).length
  const others = unfolded.length - Math.max(trailers.length, generated)
  return others === 0 || (generated > 0 && trailers.length * 3 >= others) ? trailers : []
}

function trailer(line: string): readonly (readonly [string, string])[] {
  const match = TRAILER.exec(line)
  return match ? [[match[1] ?? '', match[2] ?? '']] : []
}

/** Joins each line that begins with a space or tab to the one before it. */
function unfold(lines: readonly string[]): readonly string[] {
  const unfolded: string[] = []
  for (const line of lines) {
    if (/^[ \t]/.test(line) && unfolded.length > 0) unfolded.push(`${unfolded.pop()} ${line.trim()}`)
    else unfolded.push(line)
  }
  return unfolded
}
