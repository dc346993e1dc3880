import { cut } from '../../../model/cut.ts'
import type { FearKind, ReviewedInstallation } from '../cluster-review.ts'
import type { Combined, NamedFold } from './combined.ts'
import type { CommentContext } from './comment-context.ts'
import { FEAR_TITLES } from './fear-section.ts'
import { counted, number } from './markdown.ts'

/** Maximum length of a commit status's description, in characters. */
const LONGEST_DESCRIPTION = 140

export interface Verdict {
  /** Whether the change may be merged: nothing of it is known to fail, and every cluster was asked. */
  readonly state: 'success' | 'failure'
  /** Such as `Acts on 214 of 1,020 installations in 2 clusters`. */
  readonly title: string
  /** Such as `198 change alike, 3 more change, 12 are created, 1 is deleted; nothing refused`. */
  readonly sentence: string
  /** Both on one line for the commit status. */
  readonly description: string
  readonly sign: string
}

/** What a change does, in the one line that every reviewer reads. All of the words are Reeve's own. */
export function verdictOf(all: Combined, { silent }: CommentContext): Verdict {
  const { clusters, conflicts, fears } = all
  const failures = failuresOf(all)
  const unheard = silent.length > 0 ? [`${counted(silent.length, 'cluster')} silent`] : []
  const isFailed = failures.length > 0 || conflicts.length > 0 || silent.length > 0 || clusters.length === 0
  const title = titleOf(all)
  const found = [...new Set(fears.map(({ kind }) => kind))]
  const effects = conflicts.length > 0 ? [] : effectsOf(all)
  const checks = [...failures, ...unheard, ...(failures.length === 0 ? noRefusal(all) : [])]
  const sentence = [effects.join(', '), checks.join(', ')].filter((part) => part !== '').join('; ')
  return {
    state: isFailed ? 'failure' : 'success',
    title,
    sentence,
    description: descriptionOf(title, checks, found),
    sign: isFailed ? '❌' : found.length > 0 ? '⚠️' : '✅',
  }
}

function titleOf({ clusters, conflicts, acted, installations }: Combined): string {
  if (clusters.length === 0) return 'Not planned yet'
  if (conflicts.length > 0) return `Cannot be merged: ${counted(conflicts.length, 'file')} in conflict`
  const count = acted.filter(({ effect }) => effect !== 'unchanged').length
  const inClusters = clusters.length > 1 ? ` in ${number(clusters.length)} clusters` : ''
  if (count === 0) return `Changes none of ${counted(installations, 'installation')}${inClusters}`
  // A deleted installation is no longer among those declared.
  const gone = acted.filter(({ effect }) => effect === 'deleted').length
  return `Acts on ${number(count)} of ${counted(installations + gone, 'installation')}${inClusters}`
}

function effectsOf({ acted, changes }: Combined): readonly string[] {
  const of = (effect: ReviewedInstallation['effect']) => acted.filter((each) => each.effect === effect)
  const [created, deleted, unchanged] = [of('created').length, of('deleted').length, of('unchanged').length]
  const held = acted.filter(({ isHeld }) => isHeld).length
  return [
    ...changedTexts(of('changed'), changes),
    ...(created > 0 ? [`${number(created)} ${created === 1 ? 'is' : 'are'} created`] : []),
    ...(deleted > 0 ? [`${number(deleted)} ${deleted === 1 ? 'is' : 'are'} deleted`] : []),
    ...(unchanged > 0 ? [`${number(unchanged)} ${unchanged === 1 ? 'is' : 'are'} so already`] : []),
    ...(held > 0 ? [`${number(held)} of them ${held === 1 ? 'stays as it is' : 'stay as they are'}`] : []),
  ]
}

function changedTexts(
  changed: readonly ReviewedInstallation[],
  changes: readonly NamedFold[],
): readonly string[] {
  if (changed.length === 0) return []
  const alike = mostAlike(changed, changes)
  const rest = changed.length - alike
  if (alike < 2) return [`${number(changed.length)} change${changed.length === 1 ? 's' : ''}`]
  return [
    `${number(alike)} change alike`,
    ...(rest > 0 ? [`${number(rest)} more change${rest === 1 ? 's' : ''}`] : []),
  ]
}

/** The largest number of installations that have all of their changes in common. */
function mostAlike(changed: readonly ReviewedInstallation[], changes: readonly NamedFold[]): number {
  const foldsOf = new Map(changed.map(({ name }) => [name, [] as number[]]))
  for (const [index, { installations }] of changes.entries())
    for (const name of installations) foldsOf.get(name)?.push(index)
  const groups = Map.groupBy(foldsOf.values(), (folds) => folds.join())
  return Math.max(0, ...[...groups.values()].map(({ length }) => length))
}

function failuresOf({ faults, acted, conflicts }: Combined): readonly string[] {
  if (conflicts.length > 0) return []
  const refused = acted.reduce((sum, each) => sum + (each.refused ?? 0), 0)
  return [
    ...(faults.length > 0 ? [counted(faults.length, 'fault')] : []),
    ...(refused > 0 ? [`${counted(refused, 'object')} refused`] : []),
  ]
}

function noRefusal({ clusters, conflicts, acted }: Combined): readonly string[] {
  if (conflicts.length > 0 || clusters.length === 0 || acted.length === 0) return []
  return clusters.every(({ dryRun }) => dryRun.shown === 'all')
    ? ['nothing refused']
    : ['refusals are not all known']
}

function descriptionOf(title: string, checks: readonly string[], fears: readonly FearKind[]): string {
  const warnings = fears.map((kind) => FEAR_TITLES[kind].toLowerCase())
  return cut([title, ...checks, ...warnings].join('; '), LONGEST_DESCRIPTION)
}
