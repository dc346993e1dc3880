import type { GroupStanding, NamedCommit, Standing } from '../../control/standing/standing.ts'
import { cut } from '../../model/cut.ts'
import type { RolloutState } from '../../model/group-report.ts'
import { printable } from '../../model/printable.ts'
import { spanText } from './date-text.ts'
import { paint, type Style } from './paint.ts'
import { progressBar } from './progress-bar.ts'
import { groupDetails } from './rollout-details-text.ts'
import { memberLines } from './rollout-members-text.ts'
import { wrapLines } from './wrap.ts'

export interface RolloutStatusOptions {
  readonly colour: boolean
  readonly width: number
  /** ms since the epoch. */
  readonly now: number
}

export const STATE_STYLE: Readonly<Record<RolloutState | 'unknown', Style>> = {
  halted: 'red',
  waiting: 'yellow',
  moving: 'cyan',
  done: 'green',
  unknown: 'dim',
}
/** Width below which a group's name has a line of its own. */
const NARROW = 60
const LONGEST_NAME = 24
const LONGEST_BAR = 30
const STATE_WIDTH = 7
export const INDENT = '    '

/** How rollouts are doing, as lines without line breaks. */
export function rolloutStatusLines(standing: Standing, options: RolloutStatusOptions): readonly string[] {
  const { groups, branch } = standing
  const none = `No group of ${printable(branch)} has spec.rollout: each commit reaches all installations at once.`
  const body =
    groups.length === 0
      ? wrapLines(none, options.width, '')
      : groups.flatMap((group, index) => ladderLines(group, groups[index - 1], standing, options))
  return [...headLines(standing, options), '', ...body]
}

function headLines(
  { branch, head, statusBranch, told }: Standing,
  { colour, width, now }: RolloutStatusOptions,
): readonly string[] {
  const age = told.time === undefined ? '' : `, ${spanText(now - told.time * 1_000)} ago`
  return [
    `${printable(branch)} is at ${describe(head)}`,
    `as told by ${printable(statusBranch)} at ${told.commit.slice(0, 7)}${age}`,
  ].map((line) => paint('dim', cut(line, width), colour))
}

/** A group with what it follows. */
function ladderLines(
  group: GroupStanding,
  above: GroupStanding | undefined,
  standing: Standing,
  options: RolloutStatusOptions,
): readonly string[] {
  const { after } = group.rollout
  const only = after.length === 1 && after[0]?.group === above?.name ? after[0] : undefined
  const soak = (ms: number) => (ms === 0 ? '' : ` for ${spanText(ms)}`)
  const told =
    only === undefined
      ? `after ${after.map((ring) => `${ring.group}${soak(ring.soak)}`).join(' and ')}`
      : `then, once it is well${soak(only.soak)}`
  const rung =
    after.length === 0
      ? []
      : [`${paint('dim', `↓ ${cut(printable(told), options.width - 2)}`, options.colour)}`]
  const gap = above === undefined || after.length > 0 ? [] : ['']
  return [...gap, ...rung, ...groupLines(group, standing, options)]
}

function groupLines(
  group: GroupStanding,
  standing: Standing,
  options: RolloutStatusOptions,
): readonly string[] {
  const { width, colour } = options
  return [
    ...rowOf(group, standing, options),
    ...(group.at?.subject === undefined
      ? []
      : [paint('dim', `${INDENT}${cut(printable(group.at.subject), width - INDENT.length)}`, colour)]),
    ...groupDetails(group, options).flatMap((line) => wrapLines(line, width, INDENT)),
    ...memberLines(group, options),
  ]
}

/** Its name, state, commit and progress: on one line where that is wide enough. */
function rowOf(
  { name, report }: GroupStanding,
  { groups }: Standing,
  { width, colour }: RolloutStatusOptions,
): readonly string[] {
  const state = report?.state ?? 'unknown'
  const painted = paint(STATE_STYLE[state], state.padEnd(STATE_WIDTH), colour)
  const count = report === undefined ? '' : `${report.moved}/${report.members}`
  const longest = Math.max(0, ...groups.map(({ report }) => `${report?.moved}/${report?.members}`.length))
  const commit = report?.commit.slice(0, 7) ?? ''
  const isNarrow = width < NARROW
  const names = Math.min(LONGEST_NAME, Math.max(0, ...groups.map((each) => printable(each.name).length)))
  const before = isNarrow ? INDENT.length : names + 2
  const room = width - before - STATE_WIDTH - 2 - 7 - 2 - 1 - longest
  const bar =
    report === undefined
      ? ''
      : progressBar(report.moved, report.members, Math.min(LONGEST_BAR, Math.max(4, room)))
  const shown = cut(printable(name), isNarrow ? width : LONGEST_NAME)
  const rest =
    report === undefined
      ? painted.trimEnd()
      : `${painted}  ${commit}  ${paint(STATE_STYLE[state], bar, colour)} ${count}`
  const label = paint('bold', isNarrow ? shown : shown.padEnd(names), colour)
  return isNarrow ? [label, `${INDENT}${rest}`] : [`${label}  ${rest}`]
}

function describe({ commit, subject }: NamedCommit): string {
  return subject === undefined ? commit.slice(0, 7) : `${commit.slice(0, 7)} ${printable(subject)}`
}
