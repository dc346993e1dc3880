import { printable } from '../../model/printable.ts'
import { FEARS, type ImageChange, type SharedFear } from '../../stages/review/cluster-review.ts'
import { FEAR_TITLES } from '../../stages/review/comment/fear-section.ts'
import { counted, NAMED } from './bounds.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { wrapLines } from './wrap.ts'

/** Maximum number of conflicts, of fears of one kind, and of images; documents have all of them. */
const MOST = 20
const INDENT = '  '

/** Files that both sides changed. */
export function presentConflicts(
  conflicts: readonly string[],
  { colour, width }: PlanTextOptions,
): readonly string[] {
  if (conflicts.length === 0) return []
  const what =
    'Both sides changed these files, so that nothing else is planned until the change is brought up to date:'
  return [
    paint('bold', `Conflicts (${conflicts.length.toLocaleString('en')})`, colour),
    ...wrapLines(what, width, ''),
    ...most(conflicts).map((file) => `${INDENT}${paint('red', `! ${printable(file)}`, colour)}`),
    ...moreThanMost(conflicts, 'file'),
  ]
}

/** What deserves fear, worst first. */
export function presentFears(fears: readonly SharedFear[], options: PlanTextOptions): readonly string[] {
  return FEARS.flatMap((kind) => {
    const found = fears.filter((fear) => fear.kind === kind)
    if (found.length === 0) return []
    return [
      paint('bold', paint('red', FEAR_TITLES[kind], options.colour), options.colour),
      ...most(found).flatMap((fear) => presentFear(fear, options)),
      ...moreThanMost(found, 'object'),
    ]
  })
}

function presentFear(
  { object, details, installations }: SharedFear,
  options: PlanTextOptions,
): readonly string[] {
  const text = object === undefined ? details : `${object}: ${details}`
  const [first = '', ...rest] = wrapLines(
    `${text}${where(installations, options)}`,
    options.width,
    `${INDENT}  `,
  )
  return [`${INDENT}! ${first.trimStart()}`, ...rest].map((line) => paint('red', line, options.colour))
}

/** Images before and after, those in most installations first. */
export function presentImages(images: readonly ImageChange[], options: PlanTextOptions): readonly string[] {
  if (images.length === 0) return []
  const sorted = images.toSorted((one, other) => other.installations.length - one.installations.length)
  return [
    paint('bold', 'Images', options.colour),
    ...most(sorted).flatMap((image) => presentImage(image, options)),
    ...moreThanMost(sorted, 'image'),
  ]
}

function presentImage(
  { image, before, after, installations }: ImageChange,
  options: PlanTextOptions,
): readonly string[] {
  const versions =
    before === undefined
      ? `${after}, new`
      : after === undefined
        ? `${before}, no longer used`
        : `${before} → ${after}`
  return wrapLines(`${image}: ${versions}${where(installations, options)}`, options.width, INDENT)
}

function where(installations: readonly string[], { expand = false }: PlanTextOptions): string {
  if (installations.length === 0) return ''
  const named = expand ? installations : installations.slice(0, NAMED)
  const rest = installations.length - named.length
  return ` (in ${named.join(', ')}${rest === 0 ? '' : ` and ${counted(rest, 'other')}`})`
}

function most<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, MOST)
}

function moreThanMost(items: readonly unknown[], noun: string): readonly string[] {
  return items.length <= MOST
    ? []
    : [`${INDENT}… ${counted(items.length - MOST, `more ${noun}`)}; --output json has all`]
}
