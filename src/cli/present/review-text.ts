import type { SourceReview } from '../../control/review/review-now.ts'
import { cut } from '../../model/cut.ts'
import { printable } from '../../model/printable.ts'
import type { FaultDocument } from '../../stages/plan/describe/fault-document.ts'
import type { Fold } from '../../stages/plan/describe/fold-plans.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { combined } from '../../stages/review/comment/combined.ts'
import { type Verdict, verdictOf } from '../../stages/review/comment/verdict.ts'
import { counted } from './bounds.ts'
import { describeCommit } from './commit-text.ts'
import { presentFindings } from './faults.ts'
import { paint, type Style } from './paint.ts'
import { presentNotes, presentTarget } from './plan-notes.ts'
import { presentFolds, presentGrants } from './plan-text.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { presentConflicts, presentFears, presentImages } from './review-parts.ts'
import { wrapLines } from './wrap.ts'

/** Maximum number of faults in the text. */
const FAULTS = 100
/** Maximum number of sentences about rollouts. */
const SENTENCES = 40

export interface ReviewTextOptions extends PlanTextOptions {
  readonly source: string
}

/** What merging a change would do, for people: what deserves fear first, the verdict last. */
export function presentReviewText(found: SourceReview, options: ReviewTextOptions): string {
  const { review, target } = found
  const verdict = verdictOf(combined([review], false), { marker: '', silent: [] })
  const sections = [
    presentSides(found, options),
    presentConflicts(review.conflicts, options),
    presentFears(review.fears, options),
    presentFaults(review.faults, options),
    presentImages(review.images, options),
    presentChanges(review, options),
    presentRefused(review, options),
    presentPending(review, options),
    presentRolloutOf(review, options),
    presentVerdict(verdict, options),
  ].filter((lines) => lines.length > 0)
  const text = sections.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')
  return `${presentTarget({ target }, options)}${text}${presentNotes(noteworthy(review), options)}`
}

function presentRolloutOf(
  { rolloutChanges = [], forecast = [] }: ClusterReview,
  { colour, width }: PlanTextOptions,
): readonly string[] {
  const lines = [...rolloutChanges, ...forecast].slice(0, SENTENCES)
  if (lines.length === 0) return []
  return [heading('Rollout', colour), ...lines.flatMap((line) => wrapLines(printable(line), width, '  '))]
}

/** The two sides that are merged. */
function presentSides(
  { review: { commits }, branch, isInTarget }: SourceReview,
  { source, colour, width }: ReviewTextOptions,
): readonly string[] {
  const head = describeCommit(commits.head)
  const at = describeCommit(commits.target)
  const target = at === '' ? `${branch}, which is not there yet` : `${branch} at ${at}`
  const change = head === '' || head === source ? source : `${source} at ${head}`
  const text = isInTarget
    ? `${change}, which ${target} has already`
    : head === ''
      ? `${change} as it is, in place of ${target}`
      : `${change} merged with ${target}`
  return wrapLines(cut(text, 4 * width), width, '').map((line) => paint('dim', line, colour))
}

function presentFaults(faults: readonly FaultDocument[], { colour }: PlanTextOptions): readonly string[] {
  if (faults.length === 0) return []
  const findings = faults.map(({ file, line, ...fault }) => ({
    ...fault,
    ...(file !== undefined && { location: { file, line: line ?? 1 } }),
  }))
  const text = presentFindings(findings, { colour, most: FAULTS, style: 'red', noun: 'more fault' })
  return [heading(`Faults (${faults.length.toLocaleString('en')})`, colour), ...text.trimEnd().split('\n')]
}

function presentChanges({ changes, onlyLabels }: ClusterReview, options: PlanTextOptions): readonly string[] {
  const lines = presentFolds(foldsOf(changes, false), options).slice(0, -1)
  const labels =
    onlyLabels === 0
      ? []
      : wrapLines(
          `${counted(onlyLabels, 'object')} ${lines.length === 0 ? '' : 'more '}only in the labels helm.sh/chart and app.kubernetes.io/version`,
          options.width,
          '',
        )
  if (lines.length + labels.length === 0) return []
  return [heading('This change', options.colour), ...lines, ...labels]
}

function presentRefused({ changes }: ClusterReview, options: PlanTextOptions): readonly string[] {
  const folds = foldsOf(changes, true)
  if (folds.length === 0) return []
  const documents = folds.map(({ shown }) => shown)
  const lines = [...presentFolds(folds, options), ...presentGrants(documents, options)]
  return [heading(`Refused (${number(folds)})`, options.colour), ...lines.slice(0, -1)]
}

/** Collapsed to a count unless asked for: what the target brings is no part of the change. */
function presentPending({ pending }: ClusterReview, options: PlanTextOptions): readonly string[] {
  if (pending.length === 0) return []
  const { explain, expand, colour, width } = options
  const isShown = explain === true || expand === true
  const more = isShown ? '' : ' (--explain shows them)'
  const count = counted(
    pending.reduce((sum, fold) => sum + sizeOf(fold), 0),
    'object',
  )
  const [title = '', ...rest] = wrapLines(`Pending anyway: ${count}, merged or not${more}`, width, '')
  const lines = isShown ? presentFolds(pending, options).slice(0, -1) : []
  return [heading(title, colour), ...rest, ...lines]
}

function presentVerdict(
  { state, title, sentence, sign }: Verdict,
  options: PlanTextOptions,
): readonly string[] {
  const style: Style = state === 'failure' ? 'red' : sign === '✅' ? 'green' : 'yellow'
  const text = sentence === '' ? `${title}.` : `${title}: ${sentence}.`
  return wrapLines(text, options.width, '').map((line) =>
    paint('bold', paint(style, line, options.colour), options.colour),
  )
}

/** Only what is refused, or only the rest. */
function foldsOf(folds: readonly Fold[], isRefused: boolean): readonly Fold[] {
  return folds.flatMap((fold) => {
    const objects = fold.shown.objects.filter(({ action }) => (action === 'blocked') === isRefused)
    return objects.length === 0 ? [] : [{ ...fold, shown: { ...fold.shown, objects } }]
  })
}

function number(folds: readonly Fold[]): string {
  return folds.reduce((sum, fold) => sum + sizeOf(fold), 0).toLocaleString('en')
}

function sizeOf({ installations, shown }: Fold): number {
  return installations.length * shown.objects.length
}

function heading(text: string, colour: boolean): string {
  return paint('bold', printable(text), colour)
}

function noteworthy({ dryRun, warnings }: ClusterReview): Parameters<typeof presentNotes>[0] {
  return { dryRun, warnings }
}
