import { dump } from 'js-yaml'
import type { PlanReport } from '../../model/plan.ts'
import { presentFaults } from './faults.ts'
import { planDocument } from './plan-document.ts'
import { presentNotes, presentTarget } from './plan-notes.ts'
import { presentPlan } from './plan-text.ts'
import type { PlanTextOptions } from './plan-text-options.ts'

export interface ReportOptions extends PlanTextOptions {
  readonly format: 'text' | 'json' | 'yaml'
}

/** The report of `reeve plan` in the requested format. */
export function presentReport(report: PlanReport, options: ReportOptions): string {
  if (options.format === 'json') return `${JSON.stringify(planDocument(report, options), null, 2)}\n`
  if (options.format === 'yaml') return dump(planDocument(report, options), { noRefs: true })
  const faults = presentFaults(report.faults, options)
  const plans = presentPlan(report.plans, options)
  return `${presentTarget(report, options)}${faults}${faults && '\n'}${plans}${presentNotes(report, options)}`
}
