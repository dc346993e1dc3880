import type { ObjectDocument } from '../../plan/describe/plan-document.ts'
import type { Effect } from '../cluster-review.ts'
import type { NamedFold } from './combined.ts'
import { areFew, counted, DETAILS_END, details, detailsStart, name, nameList, number } from './markdown.ts'
import type { TextBounds } from './text-bounds.ts'

/** A fold in parts, so that whole objects of it can be left out. */
export interface FoldText {
  readonly head: string
  readonly objects: readonly ObjectDocument[]
  readonly tail: string
  /** Number of installations that it stands for. */
  readonly count: number
}

/** Folds without what is refused, the most shared first, creations last: they take nothing away. */
export function foldTexts(
  folds: readonly NamedFold[],
  effectOf: (name: string) => Effect | undefined,
  bounds: TextBounds,
): readonly FoldText[] {
  return folds
    .map((fold) => ({ fold, effect: sharedEffect(fold, effectOf) }))
    .filter(({ fold }) => fold.shown.objects.some(isShown))
    .toSorted((one, other) => rankOf(one.effect) - rankOf(other.effect) || size(other.fold) - size(one.fold))
    .map(({ fold, effect }) => foldText(fold, effect, bounds))
}

function rankOf(effect: Effect | undefined): number {
  return effect === 'created' ? 1 : 0
}

function size({ installations }: NamedFold): number {
  return installations.length
}

/** What happens to all of its installations; undefined where that differs. */
function sharedEffect(
  { installations }: NamedFold,
  effectOf: (name: string) => Effect | undefined,
): Effect | undefined {
  const effects = new Set(installations.map(effectOf))
  return effects.size === 1 ? [...effects][0] : undefined
}

function foldText(fold: NamedFold, effect: Effect | undefined, bounds: TextBounds): FoldText {
  const objects = fold.shown.objects.filter(isShown)
  const head = [`#### ${titleOf(fold, effect)}`, ...namesOf(fold, bounds), ...heldNote(fold)]
  if (effect !== 'created')
    return { head: head.join('\n\n'), objects, tail: '', count: fold.installations.length }
  const each = fold.installations.length > 1 ? ' each' : ''
  const summary = `${counted(objects.length, 'object')}${each}`
  return {
    head: [...head, detailsStart(summary)].join('\n\n'),
    objects,
    tail: DETAILS_END,
    count: fold.installations.length,
  }
}

function isShown({ action }: ObjectDocument): boolean {
  return action !== 'blocked' && action !== 'unchanged'
}

function titleOf({ installations, isButForNames }: NamedFold, effect: Effect | undefined): string {
  const [first = ''] = installations
  const verb = effect === 'created' || effect === 'deleted' ? effect : undefined
  if (installations.length === 1)
    return verb === undefined ? `In ${name(first)}` : `${name(first)} is ${verb}`
  const same = `the same in each${isButForNames ? ', but for their names' : ''}`
  const count = counted(installations.length, 'installation')
  return verb === undefined ? `${count}, ${same}` : `${count} are ${verb}, ${same}`
}

function namesOf({ installations }: NamedFold, bounds: TextBounds): readonly string[] {
  if (installations.length === 1) return []
  const list = nameList(installations, bounds.names)
  return areFew(installations) ? [list] : [details(`All ${number(installations.length)}`, list)]
}

function heldNote({ installations, shown: { held = [] } }: NamedFold): readonly string[] {
  if (held.length === 0) return []
  const who = installations.length === 1 ? 'It stays as it is' : 'They stay as they are'
  return [`${who}: none of this is applied until what is refused is corrected.`]
}

/** The Markdown of a fold with its first objects. */
export function writeFold({ head, objects, tail }: FoldText, blocks: readonly string[]): string {
  const rest = objects.length - blocks.length
  const more = rest > 0 ? [`*${counted(rest, 'more object')} left out.*`] : []
  return [head, ...blocks, ...more, ...(tail === '' ? [] : [tail])].join('\n\n')
}
