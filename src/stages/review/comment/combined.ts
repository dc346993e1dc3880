import type { FaultDocument } from '../../plan/describe/fault-document.ts'
import { type EqualChanges, equalChanges, type Fold } from '../../plan/describe/fold-plans.ts'
import type { ClusterReview, ImageChange, ReviewedInstallation, SharedFear } from '../cluster-review.ts'
import { severityOf } from '../fears/fears.ts'

/** A fold over all clusters; installations are named `cluster/name` where there are several clusters. */
export interface NamedFold extends Fold {
  /** Names of the installations in Git. */
  readonly inGit: readonly string[]
}

/** The reviews of all clusters as one: what is the same is told once. */
export interface Combined {
  /** Sorted by name. */
  readonly clusters: readonly ClusterReview[]
  /** Number of installations in all clusters. */
  readonly installations: number
  readonly acted: readonly ReviewedInstallation[]
  readonly changes: readonly NamedFold[]
  readonly pending: readonly NamedFold[]
  readonly fears: readonly SharedFear[]
  readonly images: readonly ImageChange[]
  readonly onlyLabels: number
  readonly faults: readonly FaultDocument[]
  readonly conflicts: readonly string[]
}

/** @param isSeveral whether installations are named with their cluster */
export function combined(reviews: readonly ClusterReview[], isSeveral: boolean): Combined {
  const clusters = reviews.toSorted((one, other) => (one.cluster < other.cluster ? -1 : 1))
  const named = ({ cluster }: ClusterReview, name: string) => (isSeveral ? `${cluster}/${name}` : name)
  const all = <T extends { readonly installations: readonly string[] }>(
    of: (review: ClusterReview) => readonly T[],
    keyOf: (item: T) => string,
  ) =>
    merged(
      clusters.flatMap((review) =>
        of(review).map((item) => ({
          ...item,
          installations: item.installations.map((name) => named(review, name)),
        })),
      ),
      keyOf,
    )
  return {
    clusters,
    installations: sum(clusters, ({ installations }) => installations),
    acted: clusters.flatMap((review) =>
      review.acted.map((each) => ({ ...each, name: named(review, each.name) })),
    ),
    changes: combinedFolds(clusters, ({ changes }) => changes, named),
    pending: combinedFolds(clusters, ({ pending }) => pending, named),
    fears: all(
      ({ fears }) => fears,
      ({ kind, object = '', details }) => JSON.stringify([kind, withoutNamespace(object), details]),
    ).toSorted((one, other) => severityOf(one) - severityOf(other)),
    images: all(
      ({ images }) => images,
      ({ image, before = '', after = '' }) => JSON.stringify([image, before, after]),
    ),
    onlyLabels: sum(clusters, ({ onlyLabels }) => onlyLabels),
    faults: all(
      ({ faults }) => faults.map((fault) => ({ ...fault, installations: fault.installations ?? [] })),
      ({ code, message, file = '', line = 0 }) => JSON.stringify([code, message, file, line]),
    ),
    conflicts: [...new Set(clusters.flatMap(({ conflicts }) => conflicts))].toSorted(),
  }
}

function merged<T extends { readonly installations: readonly string[] }>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  return [...Map.groupBy(items, keyOf).values()].flatMap((same) => {
    const [first] = same
    return first === undefined
      ? []
      : [{ ...first, installations: same.flatMap(({ installations }) => installations) }]
  })
}

/** Folds of clusters with the same changes as one. */
function combinedFolds(
  clusters: readonly ClusterReview[],
  of: (review: ClusterReview) => readonly Fold[],
  named: (review: ClusterReview, name: string) => string,
): readonly NamedFold[] {
  const folds = clusters.flatMap((review) =>
    of(review).map((fold) => ({
      ...fold,
      inGit: fold.installations,
      installations: fold.installations.map((name) => named(review, name)),
    })),
  )
  // Each cluster plans at the heads that it knows: commits are no part of a change.
  if (clusters.length > 1)
    return equalChanges(folds.map(({ shown }) => ({ ...shown, commit: '' }))).map((equal) =>
      foldOf(equal, folds),
    )
  return folds
}

function foldOf({ indices, isButForNames, shown }: EqualChanges, folds: readonly NamedFold[]): NamedFold {
  const same = indices.flatMap((index) => folds[index] ?? [])
  return {
    installations: same.flatMap(({ installations }) => installations),
    inGit: [...new Set(same.flatMap(({ inGit }) => inGit))],
    isButForNames: isButForNames || same.some((fold) => fold.isButForNames),
    shown,
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

/** An object as people name it, without its namespace. */
function withoutNamespace(object: string): string {
  return object.replace(/ [^ ]*\//, ' ')
}
