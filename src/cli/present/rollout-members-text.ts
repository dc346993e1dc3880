import type { GroupStanding, MemberPhase, MemberStanding } from '../../control/standing/standing.ts'
import { cut } from '../../model/cut.ts'
import { printable } from '../../model/printable.ts'
import { counted } from './bounds.ts'
import { spanText } from './date-text.ts'
import { paint, type Style } from './paint.ts'
import { wrapLines } from './wrap.ts'

const STYLE: Readonly<Record<MemberPhase, Style>> = {
  unavailable: 'red',
  moving: 'cyan',
  waiting: 'yellow',
  behind: 'yellow',
  new: 'dim',
  pinned: 'dim',
  skipped: 'dim',
  suspended: 'dim',
  hibernated: 'dim',
  there: 'green',
}
const PHASE_WIDTH = 11
const LONGEST_NAME = 24
/** Maximum number of members that have a line, and the length of what is told of one. */
const MOST = 40
const LONGEST_WHY = 300
const INDENT = '    '

interface MembersOptions {
  readonly colour: boolean
  readonly width: number
  /** ms since the epoch. */
  readonly now: number
}

/** The members of a group that are not there, and how many are. */
export function memberLines({ members, report }: GroupStanding, options: MembersOptions): readonly string[] {
  if (members === undefined) return []
  const others = members.filter(({ phase }) => phase !== 'there')
  const shown = others.length <= MOST + 1 ? others : others.slice(0, MOST)
  const names = Math.min(LONGEST_NAME, Math.max(0, ...shown.map(({ name }) => printable(name).length)))
  const there = members.length - others.length
  const all = there === members.length && there > 1 ? 'all ' : ''
  return [
    '',
    ...shown.flatMap((member) => memberRow(member, names, options)),
    ...(shown.length < others.length
      ? [`… ${others.length - shown.length} more; --output json has all`]
      : []),
    ...(there > 0 && report !== undefined
      ? [`${all}${counted(there, 'member')} ${there === 1 ? 'is' : 'are'} at ${report.commit.slice(0, 7)}`]
      : []),
    ...(members.length === 0 ? ['no members'] : []),
  ]
}

function memberRow(
  { name, phase, state, commit, why, since }: MemberStanding,
  names: number,
  { colour, width, now }: MembersOptions,
): readonly string[] {
  const shown = cut(printable(name), LONGEST_NAME).padEnd(names)
  const asides = [
    ...(state === undefined || state === 'healthy' ? [] : [state]),
    ...(since === undefined ? [] : [`for ${spanText(now - since)}`]),
  ]
  const painted = paint(STYLE[phase], phase.padEnd(PHASE_WIDTH), colour)
  const row = `${shown}  ${painted}  ${commit?.slice(0, 7) ?? ''}`.trimEnd()
  const told = asides.join(', ')
  const isNarrow = names + 2 + PHASE_WIDTH + 2 + 7 + 2 + told.length > width
  return [
    told === '' || isNarrow ? row : `${row}  ${told}`,
    ...(isNarrow ? wrapLines(told, width, INDENT) : []),
    ...(why === undefined ? [] : wrapLines(cut(why, LONGEST_WHY), width, INDENT)),
  ]
}
