import type { PendingDeletion } from './deletion.ts'
import type { Fault } from './fault.ts'
import type { HookedChange } from './hook-run.ts'
import type { Inherits } from './inherits.ts'
import type { ObjectId, ObjectKey } from './object.ts'
import type { OperationRecord } from './operation.ts'
import type { ReleaseRevision } from './release.ts'
import type { Revision } from './revision.ts'

/** Which copy of an installation its Services select. */
export interface SelectedCopy {
  readonly name: string
  /** Since when, as far as a Reeve saw it (RFC 3339, seconds). */
  readonly since: string
  /** The copy that they selected before it; absent for the first. */
  readonly before?: string
}

/** The result of applying one object's plan. */
export type Outcome =
  | { readonly result: 'created' | 'patched' | 'deleted' | 'unchanged'; readonly key: ObjectKey }
  | { readonly result: 'blocked' | 'failed'; readonly key: ObjectKey; readonly fault: Fault }
  /**
   * Not done yet; `reason` names what it waits for. `on`: a deletion waits until an object of that
   * installation is applied; without it, until something is healthy. `isForGone`: a deletion waits until an
   * object is gone, one of the installation `on` if that is another.
   */
  | {
      readonly result: 'waiting'
      readonly key: ObjectKey
      readonly reason: string
      readonly on?: string
      readonly isForGone?: true
    }

/** The health of an object, as it reports it. `suspended`: it was stopped on purpose. */
export type Health =
  | { readonly status: 'healthy' }
  | {
      readonly status: 'progressing' | 'degraded' | 'suspended' | 'deleting'
      readonly message: string
      /** Start of this status at this generation, where known (RFC 3339, seconds). */
      readonly since?: string
      /** An error that may pass by itself: the object is degraded once it has lasted this long, in ms. */
      readonly lastsMs?: number
      /** Maximum age of an object, in ms, for which this holds; an older one is healthy. */
      readonly untilAgeMs?: number
      /** It was stopped in the middle of a change, so that it is not as declared. */
      readonly isUnfinished?: true
      /** What to do about it, where known. */
      readonly remedy?: string
    }

/**
 * The states of an installation, the most urgent first:
 * - `failed`: some object could not be brought to what Git declares, or none could be worked on
 * - `invalid`: its documents have faults; nothing of this commit was applied
 * - `degraded`: everything is applied, some object says that it failed
 * - `deleting`: Git no longer declares it, and its objects are being deleted
 * - `waiting`: some object waits for an earlier wave to be healthy, for another installation, or for its
 *   namespace or kind, which Git declares
 * - `suspended`: Git, or its Installation object in the cluster, says to leave it as it is; or some object was
 *   stopped in the middle of a change
 * - `progressing`: everything is applied, some object is not ready yet
 * - `deletion-pending`: Git no longer declares it; everything is asleep until its grace is over
 * - `hibernated`: everything is applied, and its workloads sleep as Git says
 * - `healthy`: everything is applied and healthy, or stopped on purpose
 */
export const INSTALLATION_STATES = [
  'failed',
  'invalid',
  'degraded',
  'deleting',
  'waiting',
  'suspended',
  'progressing',
  'deletion-pending',
  'hibernated',
  'healthy',
] as const

export type InstallationState = (typeof INSTALLATION_STATES)[number]

const SETTLED: ReadonlySet<InstallationState> = new Set<InstallationState>([
  'suspended',
  'hibernated',
  'healthy',
])

/** Whether an installation is as Git asks for it, so that nothing more is to come by itself. */
export function isSettled({ state }: Pick<InstallationStatus, 'state'>): boolean {
  return SETTLED.has(state)
}

/** A write to one object, for the record: never values, only their paths. */
export interface Change {
  /** The object, for people, such as `Deployment.apps eu/web`. */
  readonly object: string
  /**
   * `replaced`: deleted and created; `moved`: handed over from another installation of the Repository;
   * `applied`: created or patched, by an earlier process.
   */
  readonly action: 'created' | 'patched' | 'replaced' | 'deleted' | 'moved' | 'applied'
  /**
   * A new commit; drift of the live object from Git; or `recovered`: an earlier process made the write and
   * ended before it was recorded.
   */
  readonly reason: 'commit' | 'drift' | 'recovered'
  /** The patched fields, such as `spec.replicas`. */
  readonly fields?: readonly string[]
  /** Name of the installation that had the object before, where it moved. */
  readonly from?: string
  /** Full id of the commit that declares what was written; absent in records by earlier versions. */
  readonly commit?: string
  /** Number of equal writes; absent for one. */
  readonly times?: number
}

/**
 * A Job that exists, or that ran and was removed as it requested, or a hook that ran before its release was taken
 * over: it must not run again.
 */
export interface JobRun {
  readonly object: ObjectId
  /** Digest of the declared Job; a different declaration is another run. */
  readonly digest: string
  /** Why it failed, if it did. */
  readonly failed?: string
}

/** A problem that needs attention, in the installation's record. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly remedy?: string
  readonly object?: string
  /** Time at which the object stopped being healthy, where known (RFC 3339, seconds). */
  readonly since?: string
  readonly file?: string
  readonly line?: number
}

/** A setting of an installation that a group's `enforced` overrides, as in the record. */
export interface OverriddenSetting {
  /** `version`, or a value such as `values.replicas`. */
  readonly path: string
  readonly file: string
  readonly line: number
  /** The group that enforces another value. */
  readonly by: string
}

/** An installation's record, as written to the status branch. A function of Git and the cluster. */
export interface InstallationStatus {
  readonly name: string
  readonly state: InstallationState
  /** Full id of the commit that last changed the installation's source. */
  readonly commit: string
  /** Digest of the installation's source at that commit. */
  readonly source: string
  /** The revision that it is held at, where `commit` has faults and an earlier commit had none. */
  readonly applied?: Revision
  /** Absent where no rollout moves it: all of it is of `commit`. */
  readonly inherits?: Inherits
  /**
   * The last revision at which everything was as declared, where that is not so at `commit`: deletions that
   * later commits allow remain allowed.
   */
  readonly done?: Revision
  /** Git no longer declares it, and it is kept asleep, or is being deleted by now. */
  readonly deletion?: PendingDeletion
  /** It holds secrets, or did: its containers may still say them. */
  readonly heldSecrets?: true
  /** The version that Git declares, else the common label app.kubernetes.io/version of its workloads. */
  readonly version?: string
  /** Its innermost group. */
  readonly group?: string
  /** Absent where it is made from no chart. */
  readonly release?: ReleaseRevision
  readonly objects: {
    readonly declared: number
    readonly healthy: number
    /** Those that were stopped on purpose; absent for none. */
    readonly suspended?: number
    /** Objects that Git no longer declares and whose deletion is held; absent for none. */
    readonly held?: number
  }
  /** The copy that its Services select; absent where its workloads change in place. */
  readonly copy?: SelectedCopy
  /** Writes since `commit`, equal ones counted. */
  readonly changes: readonly Change[]
  /** Number of writes since `commit` that `changes` does not list; absent for none. */
  readonly moreChanges?: number
  readonly problems: readonly Problem[]
  /** Notices about what it declares; absent where there are none. */
  readonly notices?: readonly Problem[]
  /** Its settings that a group's `enforced` overrides; absent where there are none. */
  readonly overridden?: readonly OverriddenSetting[]
  /** Its Jobs that are removed after they run, and hooks that ran before a takeover; absent where it has none. */
  readonly jobs?: readonly JobRun[]
  /** Its latest change, where it has hooks, and their runs. */
  readonly hooks?: HookedChange
  /** What is known of its operations; absent where it has none. */
  readonly operations?: readonly OperationRecord[]
}
