import type { Plan } from '../../model/plan.ts'
import { describeRevision } from '../../model/revision.ts'
import { isShown } from './is-shown.ts'
import { presentObject } from './object-text.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { differs, presentSummary, summarise } from './summary.ts'
import { plain, wrap } from './wrap.ts'

/** Plans for people: differences by installation, and a summary line. */
export function presentPlan(plans: readonly Plan[], options: PlanTextOptions): string {
  const summary = summarise(plans)
  const shown = plans.filter((plan) => plan.objects.some((object) => isShown(object, options)))
  const blocks = shown.map((plan) => `${presentInstallation(plan, options)}\n`).join('')
  return `${blocks}${differs(summary) ? '' : 'No differences.\n'}${paint('bold', presentSummary(summary).trimEnd(), options.colour)}\n`
}

function presentInstallation(plan: Plan, options: PlanTextOptions): string {
  const heading = paint('bold', plain(plan.installation), options.colour)
  const commit = /^0*$/.test(plan.revision.own)
    ? ''
    : paint('dim', ` at ${describeRevision(plan.revision)}`, options.colour)
  const objects = plan.objects.filter((object) => isShown(object, options))
  return `${heading}${commit}\n${presentHeld(plan, options)}${objects.map((object) => presentObject(object, options)).join('')}`
}

function presentHeld({ installation, held = [] }: Plan, { width, colour }: PlanTextOptions): string {
  if (held.length === 0) return ''
  const text = `${plain(installation)} stays as it is: none of this is applied until what is marked with ! is corrected`
  return paint('yellow', wrap(text, width, '  '), colour)
}
