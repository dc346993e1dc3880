import type { GroupRevision, HistoryStep, RolloutHistory } from '../../control/standing/rollout-history.ts'
import { cut } from '../../model/cut.ts'
import { printable } from '../../model/printable.ts'
import { dateText, spanText } from './date-text.ts'
import { paint, type Style } from './paint.ts'
import { wrapLines } from './wrap.ts'

interface HistoryTextOptions {
  readonly colour: boolean
  readonly width: number
  /** ms since the epoch. */
  readonly now: number
}

/** Maximum number of steps of a revision, and the length of what one says. */
const STEPS = 12
const LONGEST = 300
const INDENT = '    '
const STYLE: Readonly<Record<GroupRevision['end'], Style>> = {
  halted: 'red',
  waiting: 'yellow',
  moving: 'cyan',
  done: 'green',
  'gone-back': 'red',
  replaced: 'yellow',
  removed: 'dim',
}
const END: Partial<Record<GroupRevision['end'], string>> = {
  'gone-back': 'gone back from',
  removed: 'rollout removed',
}

/** How a rollout went, as lines without line breaks. */
export function rolloutHistoryLines(
  { group, statusBranch, revisions, hasMore }: RolloutHistory,
  options: HistoryTextOptions,
): readonly string[] {
  const head = cut(printable(`${group}, as told by ${statusBranch}; newest first`), options.width)
  const more = hasMore ? ['', 'There are earlier ones: --limit shows more'] : []
  return [
    paint('dim', head, options.colour),
    ...revisions.flatMap((revision) => ['', ...revisionLines(revision, options)]),
    ...more,
  ]
}

function revisionLines(
  revision: GroupRevision,
  { colour, width, now }: HistoryTextOptions,
): readonly string[] {
  const { at, from, until, took, end, why, steps } = revision
  const what = [
    ...(took === undefined ? [] : [`took ${spanText(took)}`]),
    ...(until === undefined ? [`for ${spanText(now - from)} until now`] : []),
    ...(until === undefined || steps.length === 0 ? [] : [`after ${spanText(until - from)}`]),
  ]
  const row = `${at.commit.slice(0, 7)}  ${dateText(from)}  ${[paint(STYLE[end], END[end] ?? end, colour), ...what].join(', ')}`
  const who = at.committer === undefined ? '' : ` (${cut(printable(at.committer.replace(/ <.*/, '')), 30)})`
  const room = width - INDENT.length - who.length
  const isTold = steps.some(({ waits }) => waits === why)
  const shown = steps.slice(0, STEPS)
  return [
    row,
    ...(at.subject === undefined
      ? []
      : [paint('dim', `${INDENT}${cut(printable(at.subject), room)}${who}`, colour)]),
    ...(why === undefined || why === '' || isTold ? [] : wrapLines(cut(why, LONGEST), width, INDENT)),
    ...shown.flatMap((step) => stepLines(step, width)),
    ...(shown.length < steps.length
      ? [`${INDENT}… ${steps.length - shown.length} more; --output json has all`]
      : []),
  ]
}

function stepLines({ at, state, moved, members, waits }: HistoryStep, width: number): readonly string[] {
  const why = waits === undefined ? '' : `: ${waits}`
  const text = `${dateText(at).slice(5, 16)}  ${state}, ${moved} of ${members} moved${cut(why, LONGEST)}`
  return wrapLines(text, width - 4, '').map((line, index) => `${INDENT}${index === 0 ? '' : '  '}${line}`)
}
