import type { ClusterReview } from '../cluster-review.ts'
import { type Combined, combined } from './combined.ts'
import type { CommentContext } from './comment-context.ts'
import { fearSection } from './fear-section.ts'
import { foldTexts } from './fold-texts.ts'
import { footer } from './footer.ts'
import { imageSection } from './image-section.ts'
import { counted, details, link, prose } from './markdown.ts'
import { conflictSection, faultSection, limitSection, refusalSection } from './problem-sections.ts'
import { rolloutSection } from './rollout-section.ts'
import { silentSection } from './silent-section.ts'
import { canTighten, type TextBounds, tighter } from './text-bounds.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { type WrittenFolds, writeFolds } from './write-folds.ts'

/** Share of the limit that what is never cut may take before it tells fewer of each. */
const ESSENTIAL = 0.6
/** Share of the limit that what is pending anyway may take. */
const PENDING = 0.15
/** Characters set aside for what is said of all that is left out. */
const NOTES = 1_000

export interface ReviewText {
  readonly text: string
  readonly verdict: Verdict
}

/** What reviewers read, in Markdown; nothing that comes from Git or a cluster is markup in it. */
export function reviewText(
  reviews: readonly ClusterReview[],
  about: CommentContext,
  bounds: TextBounds,
): ReviewText {
  const isSeveral = reviews.length + about.silent.length > 1
  const all = combined(reviews, isSeveral)
  const verdict = verdictOf(all, about)
  const essential = essentialText(all, about, verdict, bounds)
  const end = footer(all.clusters, isSeveral, about)
  const room = bounds.limit - essential.length - end.length - NOTES
  const rest = cuttable(all, about, room, bounds)
  return { text: `${[essential, ...rest, end].join('\n\n')}\n`, verdict }
}

/** What is never cut: bounded in number, and tells fewer of each where that is too much. */
function essentialText(all: Combined, about: CommentContext, verdict: Verdict, bounds: TextBounds): string {
  const text = [
    about.marker,
    `### ${verdict.sign} ${verdict.title}`,
    verdict.sentence === '' ? '' : `${verdict.sentence.charAt(0).toUpperCase()}${verdict.sentence.slice(1)}.`,
    !about.outcome ? '' : `**${prose(about.outcome)}**`,
    silentSection(about.silent, bounds),
    conflictSection(all.conflicts, bounds),
    fearSection(all.fears, bounds),
    faultSection(all.faults, bounds),
    refusalSection(all, bounds),
    limitSection(all, bounds),
    rolloutSection(all.clusters, bounds),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
  return text.length > bounds.limit * ESSENTIAL && canTighten(bounds)
    ? essentialText(all, about, verdict, tighter(bounds))
    : text
}

function cuttable(all: Combined, about: CommentContext, room: number, bounds: TextBounds): readonly string[] {
  const images = imageSection(all.images, bounds)
  const isRoomy = images.length < room / 3
  const table = isRoomy
    ? images
    : imageSection(all.images, { ...bounds, images: Math.floor(bounds.images / 4) })
  const shownTable = table.length < room ? table : ''
  const pending = pendingSection(
    all,
    about,
    Math.min(room - shownTable.length, bounds.limit * PENDING),
    bounds,
  )
  const left = room - shownTable.length - pending.length
  return [shownTable, changeSection(all, about, left, bounds), labelNote(all), pending].filter(
    (part) => part !== '',
  )
}

function changeSection(all: Combined, about: CommentContext, room: number, bounds: TextBounds): string {
  const effects = new Map(all.acted.map(({ name, effect }) => [name, effect]))
  const folds = foldTexts(all.changes, (name) => effects.get(name), bounds)
  const written = writeFolds(folds, room, bounds)
  return [written.text, ...omission(written, all, about)].filter((part) => part !== '').join('\n\n')
}

function pendingSection(all: Combined, about: CommentContext, room: number, bounds: TextBounds): string {
  const folds = foldTexts(all.pending, () => undefined, { ...bounds, names: bounds.names / 4 })
  if (folds.length === 0) return ''
  const count = folds.reduce((sum, fold) => sum + fold.objects.length * fold.count, 0)
  const written = writeFolds(folds, room - NOTES, bounds)
  return details(
    `Pending anyway: ${counted(count, 'object')} that Reeve changes whether this is merged or not`,
    [written.text, ...omission(written, all, about)].filter((part) => part !== '').join('\n\n'),
  )
}

/** What is left out, and where it is. */
function omission(
  { omitted, isCut }: WrittenFolds,
  { clusters }: Combined,
  { fullText }: CommentContext,
): readonly string[] {
  if (!isCut) return []
  const { folds, objects } = omitted
  const what = folds === 0 ? '' : `${counted(folds, 'more change')} (${counted(objects, 'object')}) left out.`
  const [only] = clusters
  const one =
    fullText && only && clusters.length === 1 ? link('The full text', fullText(only.cluster)) : undefined
  const at = fullText === undefined ? '' : `${one ?? 'The full text of each cluster'} has everything.`
  const text = [what, at].filter((part) => part !== '').join(' ')
  return text === '' ? [] : [text]
}

function labelNote({ onlyLabels }: Combined): string {
  if (onlyLabels === 0) return ''
  const verb = onlyLabels === 1 ? 'changes' : 'change'
  return `Besides, ${counted(onlyLabels, 'object')} ${verb} only in the labels \`helm.sh/chart\` and \`app.kubernetes.io/version\`.`
}
