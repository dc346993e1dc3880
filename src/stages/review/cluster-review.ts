import type { DryRun } from '../../model/plan.ts'
import type { FaultDocument } from '../plan/describe/fault-document.ts'
import type { Fold } from '../plan/describe/fold-plans.ts'

/**
 * What merging a change would do to one cluster. All of it may be shown to reviewers: secrets are redacted. Texts
 * from Git are not escaped for any format yet.
 */
export interface ClusterReview {
  readonly cluster: string
  readonly commits: ReviewCommits
  /** RFC 3339, seconds. */
  readonly plannedAt: string
  /** Number of installations that the merged tree declares. */
  readonly installations: number
  /** Those that the change acts on, sorted by name. */
  readonly acted: readonly ReviewedInstallation[]
  /** What the change does, less what is pending anyway, equal changes folded; refused objects are blocked. */
  readonly changes: readonly Fold[]
  /** What the target's head brings to the same installations anyway: drift, and what is not reached yet. */
  readonly pending: readonly Fold[]
  /** What deserves fear, worst first. */
  readonly fears: readonly SharedFear[]
  readonly images: readonly ImageChange[]
  /** Objects whose change is only in labels that charts set at each release. */
  readonly onlyLabels: number
  /** Of the merged tree, without those that the target's head has too. */
  readonly faults: readonly FaultDocument[]
  /** Files that cannot be merged, sorted; where there are any, nothing else is planned. */
  readonly conflicts: readonly string[]
  readonly dryRun: DryRun
  /** Faults found while reading that limit the plan. */
  readonly warnings: readonly FaultDocument[]
  /** Of `acted`, `faults` and `conflicts`: same where the same is declared before and after and the same refused. */
  readonly digest: string
  /** What of the installations' declarations it lets happen once it is merged; absent in those of earlier versions. */
  readonly allows?: Allowance
  /** What it does to how members of groups move, a sentence each. */
  readonly rolloutChanges?: readonly string[]
  /** When rollouts bring members to what it has them inherit, at the earliest, a sentence each. */
  readonly forecast?: readonly string[]
  /** The change is merged. */
  readonly merged?: Merged
}

/** The transitions that a change was reviewed for. */
export interface Allowance {
  /** Sorted by name. */
  readonly transitions: readonly Transition[]
  /** Proves that Reeve planned them for this change and this commit of it. */
  readonly seal: string
}

/** An installation that is declared otherwise; '' stands for none of its name. */
export interface Transition {
  readonly name: string
  /** Digest of all that it declares at the target's head. */
  readonly from: string
  /** The same at the merge. */
  readonly to: string
}

/** How a change was merged. */
export interface Merged {
  /** Full id of the commit of the target that has the change. */
  readonly commit: string
  /** Proves that Reeve learned it from the forge, or from the history of the target. */
  readonly seal: string
  /** The pull request says what became of it. */
  readonly isTold?: true
}

/** Full ids. */
export interface ReviewCommits {
  /** Newest commit of the change. */
  readonly head: string
  /** Head of the target branch that it was merged with. */
  readonly target: string
}

/** What a change does to one installation. */
export interface ReviewedInstallation {
  readonly name: string
  readonly effect: Effect
  /** Of what the change declares before and after and what was refused; no live value enters it. */
  readonly digest: string
  /** Objects that are refused; absent for none. */
  readonly refused?: number
  /** The installation stays as it is, because of faults or refusals. */
  readonly isHeld?: true
  /** Its innermost group. */
  readonly group?: string
}

/** `unchanged`: other objects are declared, and the cluster has them already. */
export type Effect = 'created' | 'changed' | 'deleted' | 'unchanged'

/** Reasons for fear, worst first. */
export const FEARS = [
  'data-deleted',
  'mass-deletion',
  'definition-version-removed',
  'replaced',
  'stopped',
  'rights-widened',
  'downgrade',
  'image-without-tag',
] as const

export type FearKind = (typeof FEARS)[number]

/** Something that a change does to an object and that deserves a second look. */
export interface Fear {
  readonly kind: FearKind
  /** The object for people, such as `PersistentVolumeClaim eu/data`; absent where it is about the whole. */
  readonly object?: string
  /** What happens, such as `replicas 3 → 0`; never a secret. */
  readonly details: string
}

/** The same fear in several installations, whose object differs at most by namespace. */
export interface SharedFear extends Fear {
  /** Names of installations, sorted. */
  readonly installations: readonly string[]
}

/** Another image of a container, or version of a custom resource. */
export interface ImageChange {
  /** Without its tag or digest, such as `registry.example.com/team/app`. */
  readonly image: string
  /** Tag or digest; absent where the image is new. */
  readonly before?: string
  /** Absent where the image is no longer used. */
  readonly after?: string
  /** Names of installations, sorted. */
  readonly installations: readonly string[]
}
