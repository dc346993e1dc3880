import { cut } from '../../../model/cut.ts'
import { inertCell } from '../../../model/inert-text.ts'
import { printable } from '../../../model/printable.ts'
import type { ImageChange } from '../cluster-review.ts'
import { areFew, counted, number } from './markdown.ts'
import type { TextBounds } from './text-bounds.ts'

/** Images before and after, those in most installations first. */
export function imageSection(images: readonly ImageChange[], bounds: TextBounds): string {
  if (images.length === 0) return ''
  const sorted = images.toSorted((one, other) => other.installations.length - one.installations.length)
  const rest = images.length - bounds.images
  return [
    '#### Images',
    '',
    '| Image | Before | After | Installations |',
    '|---|---|---|---|',
    ...sorted.slice(0, bounds.images).map(row),
    ...(rest > 0 ? ['', `And ${counted(rest, 'more image')}.`] : []),
  ].join('\n')
}

function row({ image, before, after, installations }: ImageChange): string {
  const where = areFew(installations) ? installations.map(cell).join(', ') : number(installations.length)
  return `| ${[cell(image), version(before), version(after), where].join(' | ')} |`
}

function version(text: string | undefined): string {
  return text === undefined ? '–' : cell(text)
}

function cell(text: string): string {
  return inertCell(cut(printable(text), 120))
}
