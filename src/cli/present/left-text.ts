import { cut } from '../../model/cut.ts'
import type { IgnoredReason } from '../../model/plan.ts'
import { printable } from '../../model/printable.ts'
import type { BaseDocument, LeftDocument } from '../../stages/plan/describe/plan-document.ts'
import { shortValue } from '../../stages/plan/describe/short-value.ts'
import { describeCommit } from './commit-text.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { wrapLines } from './wrap.ts'

const SAID_WIDTH = 60

/** One field left as it is: the live value, and below it the declared value and the reason. */
export function presentLeft(
  field: LeftDocument,
  indent: string,
  options: PlanTextOptions,
): readonly string[] {
  const there = field.live === undefined ? 'not there' : shortValue(field.live)
  const line = cut(printable(`= ${field.path}: ${there}`), options.width - indent.length)
  const reason = wrapLines(`${said(field)}; ${reasonText(field)}`, options.width, `${indent}  `)
  return [`${indent}${paint('cyan', line, options.colour)}`, ...dim(reason, options)]
}

function said({ declared }: LeftDocument): string {
  return declared === undefined ? 'no longer in Git' : `Git says ${cut(shortValue(declared), SAID_WIDTH)}`
}

function reasonText(why: IgnoredReason): string {
  switch (why.reason) {
    case 'settled':
      return 'the API server turns the declared value into this'
    case 'ignored':
      return `an ignore rule covers ${why.rule === '' ? 'the whole object' : why.rule}`
    case 'controlled':
      return `${why.by} decides it`
    case 'once':
      return `it was sent when Git last changed it, and left alone since under the once rule: ${why.rule}`
    case 'owned':
      return `the field manager ${why.manager} owns it`
    case 'autoscaled':
      return why.autoscaler === undefined
        ? 'a HorizontalPodAutoscaler set it; Reeve is not allowed to list autoscalers'
        : `the HorizontalPodAutoscaler ${why.autoscaler} scales it`
  }
}

/** The merge base of a change. */
export function presentBase(base: BaseDocument, indent: string, options: PlanTextOptions): readonly string[] {
  return dim(wrapLines(`merge base: ${baseText(base)}`, options.width, indent), options)
}

function baseText(base: BaseDocument): string {
  switch (base.kind) {
    case 'same':
      return `what Git says now, as applied from ${describeCommit(base.commit)}; the object drifted`
    case 'commit':
      return `what Git declared at ${describeCommit(base.commit)}, the last applied revision`
    case 'managed-fields':
      return 'the fields that Reeve wrote (managedFields); the last applied commit is not available'
    case 'adopted':
      return base.from.length === 0
        ? 'none; taken over without a record of the former owner, so nothing is removed'
        : `what ${base.from.join(', ')} recorded; taken over from there`
    case 'none':
      return 'none; the earlier state is unknown, so nothing is removed'
  }
}

function dim(lines: readonly string[], { colour }: PlanTextOptions): readonly string[] {
  return lines.map((line) => paint('dim', line, colour))
}
