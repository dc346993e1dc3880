import type { FearKind, SharedFear } from '../cluster-review.ts'
import { FEARS } from '../cluster-review.ts'
import { name, number, prose, where } from './markdown.ts'
import type { TextBounds } from './text-bounds.ts'

export const FEAR_TITLES: Readonly<Record<FearKind, string>> = {
  'data-deleted': 'Data is deleted',
  'mass-deletion': 'Much is deleted at once',
  'definition-version-removed': 'Versions of definitions go',
  replaced: 'Objects are deleted and created again',
  stopped: 'Workloads are stopped',
  'rights-widened': 'Rights grow',
  downgrade: 'Earlier versions',
  'image-without-tag': 'Images without a fixed version',
}

/** Kinds that alone are a warning. */
const MILD: ReadonlySet<FearKind> = new Set(['downgrade', 'image-without-tag'])

/** What deserves fear, worst first, as an alert of the forge; never cut, but bounded in number. */
export function fearSection(fears: readonly SharedFear[], bounds: TextBounds): string {
  const kinds = FEARS.flatMap((kind) => {
    const found = fears.filter((fear) => fear.kind === kind)
    return found.length === 0 ? [] : [kindText(kind, found, bounds)]
  })
  if (kinds.length === 0) return ''
  const alert = fears.every(({ kind }) => MILD.has(kind)) ? '> [!WARNING]' : '> [!CAUTION]'
  return [
    alert,
    ...kinds
      .join('\n\n')
      .split('\n')
      .map((line) => `> ${line}`.trimEnd()),
  ].join('\n')
}

function kindText(kind: FearKind, fears: readonly SharedFear[], bounds: TextBounds): string {
  const rest = fears.length - bounds.fears
  return [
    `**${FEAR_TITLES[kind]}**`,
    ...fears.slice(0, bounds.fears).map(fearLine),
    ...(rest > 0 ? [`- and ${number(rest)} more`] : []),
  ].join('\n')
}

function fearLine({ object, details, installations }: SharedFear): string {
  const at = where(installations)
  const text = object === undefined ? prose(details, 300) : `${name(object)}: ${prose(details, 300)}`
  return `- ${text}${at === '' ? '' : ` – ${at}`}`
}
