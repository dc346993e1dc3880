import type { SharedFear } from '../cluster-review.ts'

/** From how many deletions, and from which share of all, a change deletes much at once. */
const MOST = 10
const LARGEST_SHARE = 0.2
/** Below this number no share counts. */
const FEWEST = 3

export interface Deletions {
  /** Names of the installations that the change deletes. */
  readonly installations: readonly string[]
  /** Number of installations that the head of the target branch declares. */
  readonly ofInstallations: number
  /** Number of objects that the change deletes in installations that stay. */
  readonly objects: number
  /** Number of objects that the head of the target branch declares in them. */
  readonly ofObjects: number
}

/** The fear that a change deletes much at once: installations, or objects of those that stay. */
export function massDeletion(deletions: Deletions): readonly SharedFear[] {
  const { installations, ofInstallations, objects, ofObjects } = deletions
  const fear = (details: string, names: readonly string[]): SharedFear => ({
    kind: 'mass-deletion',
    details,
    installations: names,
  })
  return [
    ...(isMuch(installations.length, ofInstallations)
      ? [
          fear(
            `${of(installations.length, ofInstallations)} installations are deleted`,
            installations.toSorted(),
          ),
        ]
      : []),
    ...(isMuch(objects, ofObjects)
      ? [fear(`${of(objects, ofObjects)} objects of installations that stay are deleted`, [])]
      : []),
  ]
}

function isMuch(deleted: number, all: number): boolean {
  return deleted >= MOST || (deleted >= FEWEST && deleted >= all * LARGEST_SHARE)
}

function of(count: number, all: number): string {
  return `${count.toLocaleString('en')} of ${all.toLocaleString('en')}`
}
