import type { PlanReport } from '../../model/plan.ts'
import { planDocument } from '../../stages/plan/describe/plan-document.ts'
import { documentText } from './document-text.ts'
import { presentFaults } from './faults.ts'
import { presentRollout } from './forecast-text.ts'
import { presentNotes, presentTarget } from './plan-notes.ts'
import { presentInstallations } from './plan-text.ts'
import type { PlanTextOptions } from './plan-text-options.ts'

export interface ReportOptions extends PlanTextOptions {
  readonly format: 'text' | 'json' | 'yaml'
}

/** The report of `reeve plan` in the requested format. */
export function presentReport(report: PlanReport, options: ReportOptions): string {
  const document = planDocument(report, options)
  if (options.format !== 'text') return documentText(document, options.format)
  const faults = presentFaults(report.faults, { ...options, most: FAULTS })
  const plans = presentInstallations(document.installations, document.summary, options)
  return `${presentTarget(report, options)}${faults}${faults && '\n'}${plans}${presentRollout(report.rollout, options)}${presentNotes(report, options)}`
}

/** Maximum number of faults in a plan's text. */
const FAULTS = 100
