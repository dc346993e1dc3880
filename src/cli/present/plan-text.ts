import { asksForPermission, permissionRemedy } from '../../model/deletion-permission.ts'
import { grantRemedy, isGrantable } from '../../model/missing-rights.ts'
import type { Plan } from '../../model/plan.ts'
import { printable } from '../../model/printable.ts'
import { type Fold, foldPlans } from '../../stages/plan/describe/fold-plans.ts'
import { type InstallationDocument, installationDocument } from '../../stages/plan/describe/plan-document.ts'
import { differs, type Summary, summarise } from '../../stages/plan/describe/summary.ts'
import { bounded, counted, INSTALLATION_LINES, NAMED, PLAN_LINES } from './bounds.ts'
import { describeCommit } from './commit-text.ts'
import { presentObject } from './object-text.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { presentSummary } from './summary.ts'
import { wrapLines, wrapRemedy } from './wrap.ts'

const INDENT = '  '

/** Plans for people: differences by installation, and a summary line. */
export function presentPlan(plans: readonly Plan[], options: PlanTextOptions): string {
  const installations = plans.map((plan) => installationDocument(plan, options))
  return presentInstallations(installations, summarise(plans), options)
}

/** The differences of installations, equal ones folded, and a summary line. */
export function presentInstallations(
  installations: readonly InstallationDocument[],
  summary: Summary,
  options: PlanTextOptions,
): string {
  const blocks = presentFolds(foldPlans(installations), options)
  const none = differs(summary) ? [] : ['No differences.']
  const end = paint('bold', presentSummary(summary).trimEnd(), options.colour)
  return [...blocks, ...presentGrants(installations, options), ...none, end]
    .map((line) => `${line}\n`)
    .join('')
}

/** The ClusterRole for everything that the API server did not allow. */
export function presentGrants(
  installations: readonly InstallationDocument[],
  { width, colour }: PlanTextOptions,
): readonly string[] {
  const faults = installations.flatMap(({ objects }) => objects.flatMap(({ fault }) => fault ?? []))
  const remedy = grantRemedy(faults.filter(isGrantable).map(({ message }) => message))
  if (remedy === undefined) return []
  const [sentence = '', ...role] = remedy.split('\n')
  const lines = wrapRemedy(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`, width, '')
  return [...lines.map((line) => paint('yellow', line, colour)), '', ...role.map(printable), '']
}

/** As many as the bounds allow, each with an empty line after it; the rest is counted. */
export function presentFolds(folds: readonly Fold[], options: PlanTextOptions): readonly string[] {
  const lines: string[] = []
  for (const [index, fold] of folds.entries()) {
    if (lines.length >= PLAN_LINES) return [...lines, omitted(folds.slice(index)), '']
    lines.push(...presentFold(fold, options), '')
  }
  return lines
}

function omitted(folds: readonly Fold[]): string {
  const installations = new Set(folds.flatMap((fold) => fold.installations))
  const changes = folds.reduce((sum, fold) => sum + fold.installations.length * fold.shown.objects.length, 0)
  return `… ${counted(changes, 'more object')} of ${counted(installations.size, 'installation')}; --output json has all`
}

function presentFold(fold: Fold, options: PlanTextOptions): readonly string[] {
  const { name, commit, objects } = fold.shown
  const at = describeCommit(commit)
  const heading = paint('bold', printable(name), options.colour)
  const lines = objects.flatMap((object) => presentObject(object, options))
  return [
    at === '' ? heading : `${heading}${paint('dim', ` at ${at}`, options.colour)}`,
    ...presentOthers(fold, options),
    ...presentHeld(fold, options),
    ...bounded(lines, INSTALLATION_LINES, INDENT),
    ...presentPermission(fold, options),
  ]
}

/** The installations that a fold stands for; all of their names only where asked for. */
function presentOthers(
  { installations, isButForNames }: Fold,
  { width, colour, expand = false }: PlanTextOptions,
): readonly string[] {
  if (installations.length === 1) return []
  const named = expand ? installations : installations.slice(0, NAMED)
  const rest = installations.length - named.length
  const more = rest === 0 ? '' : ` and ${counted(rest, 'other')} (--expand lists them)`
  const same = `the same in ${counted(installations.length, 'installation')}${isButForNames ? ', but for their names' : ''}`
  return wrapLines(`${same}: ${named.join(', ')}${more}`, width, INDENT).map((line) =>
    paint('cyan', line, colour),
  )
}

function presentHeld(
  { installations, shown: { name, held = [] } }: Fold,
  { width, colour }: PlanTextOptions,
): readonly string[] {
  if (held.length === 0) return []
  const who = installations.length === 1 ? `${printable(name)} stays as it is` : 'they stay as they are'
  const text = `${who}: none of this is applied until what is marked with ! is corrected`
  return wrapLines(text, width, INDENT).map((line) => paint('yellow', line, colour))
}

/** What allows the deletions that are blocked, once for all of them. */
function presentPermission(
  { installations, shown }: Fold,
  { width, colour }: PlanTextOptions,
): readonly string[] {
  const codes = shown.objects.flatMap(({ fault }) => fault?.code ?? []).filter(asksForPermission)
  const code = codes.find((each) => each === 'deletion-waits') ?? codes[0]
  if (code === undefined) return []
  const remedy = permissionRemedy(code, installations.slice(0, NAMED))
  const others =
    installations.length > NAMED ? ['  and so on: a trailer takes names separated by commas'] : []
  return [...wrapRemedy(remedy, width, INDENT), ...others].map((line) => paint('yellow', line, colour))
}
