import type { Forecast } from '../../model/forecast.ts'
import { printable } from '../../model/printable.ts'
import { bounded } from './bounds.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { wrapLines } from './wrap.ts'

/** Maximum number of lines about groups. */
const MOST_LINES = 40

/** The section of a plan about what members inherit: a line per group, and the end. Empty where none is to move. */
export function presentRollout(
  rollout: Forecast | undefined,
  { colour, width }: Pick<PlanTextOptions, 'colour' | 'width'>,
): string {
  if (rollout === undefined) return ''
  const groups = rollout.groups.flatMap(({ says }) => wrapLines(printable(says), width, '  '))
  const lines = [
    '',
    paint('bold', `Rollout: ${rollout.says}`, colour),
    ...bounded(groups, MOST_LINES, '  '),
    ...wrapLines('What installations say themselves goes at once.', width, '  '),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
