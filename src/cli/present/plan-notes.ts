import { cut } from '../../model/cut.ts'
import { describeFault, type Finding } from '../../model/fault.ts'
import type { PlanReport } from '../../model/plan.ts'
import { printable } from '../../model/printable.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { wrap } from './wrap.ts'

/** Maximum length of a warning's message in text; documents have all of it. */
const LONGEST_MESSAGE = 400
/** Maximum number of notices in text; documents have all of them. */
const MOST_NOTICES = 20

/** What limits a plan, or is worth knowing besides. */
export interface Noteworthy extends Pick<PlanReport, 'dryRun' | 'notices'> {
  readonly warnings?: readonly Finding[]
}

/** The line above a plan: the cluster that Git is compared with. */
export function presentTarget(
  { target }: Pick<PlanReport, 'target'>,
  { colour, width }: PlanTextOptions,
): string {
  if (target === undefined) return ''
  const { cluster, context, server } = target
  const line = cut(printable(`Cluster ${cluster} (context ${context}, ${server})`), width)
  return `${paint('dim', line, colour)}\n`
}

/** The lines below a plan: notices, warnings, and the reason for a missing dry run. */
export function presentNotes(
  { dryRun, warnings = [], notices = [] }: Noteworthy,
  options: PlanTextOptions,
): string {
  const notes = [...notices.slice(0, MOST_NOTICES), ...warnings].map(presentFinding)
  if (notices.length > MOST_NOTICES)
    notes.push(`${notices.length - MOST_NOTICES} more notices; reeve validate shows all of a directory`)
  if (dryRun?.reason !== undefined)
    notes.push(
      `${dryRun.shown === 'none' ? 'Planned' : 'Partly planned'} without a dry run, so it is not known what the ` +
        `API server would refuse: ${dryRun.reason}`,
    )
  return notes.map((note) => presentNote(note, options)).join('')
}

function presentFinding(finding: Finding): string {
  return `${cut(describeFault(finding), LONGEST_MESSAGE)}; ${finding.remedy}`
}

function presentNote(note: string, { colour, width }: PlanTextOptions): string {
  return `${paint('yellow', wrap(note, width, '').trimEnd(), colour)}\n`
}
