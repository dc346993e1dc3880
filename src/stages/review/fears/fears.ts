import { cut } from '../../../model/cut.ts'
import { describeKey } from '../../../model/object.ts'
import { printable } from '../../../model/printable.ts'
import { FEARS, type Fear } from '../cluster-review.ts'
import type { ObjectChange } from '../object-change.ts'
import { changesSecretly, type ToldChange, toldChange } from '../told-change.ts'
import { dataDeleted } from './data-deleted.ts'
import { definitionVersionRemoved } from './definition-version-removed.ts'
import { downgrade } from './downgrade.ts'
import type { FearFinder, FoundFear } from './fear-finder.ts'
import { imageWithoutTag } from './image-without-tag.ts'
import { replaced } from './replaced.ts'
import { rightsWidened } from './rights-widened.ts'
import { stopped } from './stopped.ts'

/** Worst first; a mass deletion is found in the whole of a change. */
const FINDERS: readonly FearFinder[] = [
  dataDeleted,
  definitionVersionRemoved,
  replaced,
  stopped,
  rightsWidened,
  downgrade,
  imageWithoutTag,
]
/** Maximum number of fears of one kind about one object. */
const MOST = 20
/** Maximum length of a fear's details, in characters. */
const LONGEST = 300

/** What a change does to an object that deserves a second look, worst first. It compares declarations alone. */
export function fearsOf(change: ObjectChange, told: ToldChange = toldChange(change)): readonly Fear[] {
  const object = describeKey(told.key)
  return FINDERS.flatMap((finder) =>
    found(finder, told, change).map(({ details, isOfWhole }) => ({
      kind: finder.kind,
      ...(!isOfWhole && { object }),
      details: cut(printable(details), LONGEST),
    })),
  )
}

function found(finder: FearFinder, told: ToldChange, change: ObjectChange): readonly FoundFear[] {
  const fears = finder.find(told).map((fear) => (typeof fear === 'string' ? { details: fear } : fear))
  const isSecret = finder.part !== undefined && changesSecretly(change, told, finder.part)
  const all = isSecret ? [...fears, { details: 'changes in what is secret' }] : fears
  return all.length <= MOST
    ? all
    : [...all.slice(0, MOST), { details: `and ${all.length - MOST} more of the kind` }]
}

/** Position of a fear's kind among all, the worst first. */
export function severityOf({ kind }: Fear): number {
  return FEARS.indexOf(kind)
}
