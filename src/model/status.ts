import type { Fault } from './fault.ts'
import type { ObjectId, ObjectKey } from './object.ts'
import type { Revision } from './revision.ts'

/** What applying one object's plan did. */
export type Outcome =
  | { readonly result: 'created' | 'patched' | 'deleted' | 'unchanged'; readonly key: ObjectKey }
  | { readonly result: 'blocked' | 'failed'; readonly key: ObjectKey; readonly fault: Fault }
  /**
   * Not done yet; `reason` names what it waits for. `on`: a deletion that waits until an object of that
   * installation is applied; without it, until something is healthy.
   */
  | { readonly result: 'waiting'; readonly key: ObjectKey; readonly reason: string; readonly on?: string }

/** What an object says of itself, by the kstatus conventions. */
export type Health =
  | { readonly status: 'healthy' }
  | {
      readonly status: 'progressing' | 'degraded' | 'deleting'
      readonly message: string
      /** When it began to be so at this generation, where that is known (RFC 3339, seconds). */
      readonly since?: string
      /** It names an error, which may pass by itself: where it lasts, the object is degraded. */
      readonly hasError?: true
      /** What to do about it, where that is known. */
      readonly remedy?: string
    }

/**
 * What an installation is, from the one that needs a person most to the one that needs nobody:
 * - `invalid`: its documents have faults; nothing of this commit was applied
 * - `failed`: some object could not be brought to what Git declares, or none could be worked on
 * - `degraded`: everything is applied, some object says that it failed
 * - `waiting`: some object waits for an earlier wave to be healthy, for another installation, or for
 *   its namespace or kind, which Git declares
 * - `suspended`: Git says to leave it as it is
 * - `progressing`: everything is applied, some object is not ready yet
 * - `healthy`: everything is applied and says that it is well
 * - `deleting`: Git no longer declares it, its objects are going
 */
export const INSTALLATION_STATES = [
  'failed',
  'invalid',
  'degraded',
  'deleting',
  'waiting',
  'suspended',
  'progressing',
  'healthy',
] as const

export type InstallationState = (typeof INSTALLATION_STATES)[number]

/** What a sync did to one object, for the record: never the values, only where they are. */
export interface Change {
  /** The object for people, such as `Deployment.apps eu/web`. */
  readonly object: string
  readonly action: 'created' | 'patched' | 'deleted'
  /** A new commit asked for it, or live had drifted from what Git declares. */
  readonly reason: 'commit' | 'drift'
  /** The fields that a patch touched, such as `spec.replicas`. */
  readonly fields?: readonly string[]
}

/** A Job that is there, or that ran and was removed as it asked to be: not to be run again. */
export interface JobRun {
  readonly object: ObjectId
  /** Of the Job as it was declared; declared differently it is another run. */
  readonly digest: string
  /** Why it failed, if it did. */
  readonly failed?: string
}

/** Something that a person should look at, in the installation's record. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly remedy?: string
  readonly object?: string
  /** Since when the object is not healthy, where that is known (RFC 3339, seconds). */
  readonly since?: string
  readonly file?: string
  readonly line?: number
}

/** A setting of an installation that a group enforces otherwise, as a record has it. */
export interface OverriddenSetting {
  /** `version`, or a value such as `values.replicas`. */
  readonly path: string
  readonly file: string
  readonly line: number
  /** The group. */
  readonly by: string
}

/** What an installation is, as written to the status branch. A function of Git and the cluster. */
export interface InstallationStatus {
  readonly name: string
  readonly state: InstallationState
  /** Full id of the commit that last changed what the installation is made from. */
  readonly commit: string
  /** Digest of what the installation is made from at that commit. */
  readonly source: string
  /** What it is held at, where `commit` has faults and an earlier one had none. */
  readonly applied?: Revision
  /**
   * The revision at which all was as Git declared it last, where it is not so at `commit`: what the
   * commits after it allow to delete still counts.
   */
  readonly done?: Revision
  /** The version that Git declares, else the label app.kubernetes.io/version that its workloads agree on. */
  readonly version?: string
  /** The innermost group that it is in. */
  readonly group?: string
  readonly objects: { readonly declared: number; readonly healthy: number }
  /** What the last sync that changed anything did. */
  readonly changes: readonly Change[]
  readonly problems: readonly Problem[]
  /** What people should know of how it is rendered; absent where there is nothing. */
  readonly notices?: readonly Problem[]
  /** What it says and a group enforces otherwise; absent where there is nothing. */
  readonly overridden?: readonly OverriddenSetting[]
  /** Its Jobs that are removed when they have run; absent where it has none. */
  readonly jobs?: readonly JobRun[]
}
