import type { Copy } from './copy.ts'
import type { PendingDeletion } from './deletion.ts'
import type { Fault, Location } from './fault.ts'
import type { HookEvent } from './hook-run.ts'
import type { JsonObject } from './json.ts'
import type { Notice } from './notice.ts'
import type { KubernetesObject, ObjectKey } from './object.ts'
import type { Gated } from './operation.ts'
import type { ReleaseRevision } from './release.ts'
import type { Rules } from './rules.ts'
import type { Secrets } from './secrets.ts'
import type { Sensitive } from './sensitive.ts'
import type { Overridden } from './values.ts'

/** Position of a declared object, precise enough to find any of its fields again. */
export interface Origin extends Location {
  /** Index of the YAML document in the file, from 0. */
  readonly document: number
  /** JSON pointer (RFC 6901) of the object in the document: '' or, in a List, '/items/3'. */
  readonly pointer: string
}

/** One object that Git declares, as kubectl reads it. */
export interface DeclaredObject {
  /** Git does not ask for it: the Installation object of an installation of which Git has no document. */
  readonly isDerived?: true
  /** The namespace of its installation, which Git asks Reeve itself to create (createNamespace). */
  readonly isCreatedNamespace?: true
  readonly object: KubernetesObject
  readonly origin: Origin
  /**
   * Paths of fields that only a cluster writes and that are removed from the object, such as metadata.uid: the
   * manifest was exported from a cluster, with what that had decided. Absent for any other.
   */
  readonly exported?: readonly string[]
  /**
   * JSON pointers of the fields that a chart makes up anew at each rendering: they say nothing of whether the
   * declaration changed. Absent where there are none.
   */
  readonly varying?: readonly string[]
  /** JSON pointers of the fields that are as they are because its installation sleeps; absent for any that is awake. */
  readonly sleep?: readonly string[]
  /** JSON pointers of the fields that restart it; absent where nothing was restarted. */
  readonly restart?: readonly string[]
  /** Absent where its installation has no secret inputs. */
  readonly sensitive?: Sensitive
}

/** A Job or Pod that runs at a time of its own, as a Job. */
export interface DeclaredHook {
  readonly declared: DeclaredObject
  readonly events: readonly HookEvent[]
  /** Hooks of the same event run in the order of their weights. */
  readonly weight: number
  /** Where it is an operation that comes before something. */
  readonly operation?: DeclaredOperation
}

/** A Job that runs once, at times, or before something happens to its installation. */
export interface DeclaredOperation {
  /** metadata.name, without the name of its installation before it. */
  readonly name: string
  readonly declared: DeclaredObject
  /** Digest of its specification: another one is another run. */
  readonly digest: string
  /** Cron expression of five fields; absent for an operation that runs once, or before something. */
  readonly schedule?: string
  /** IANA time zone of the schedule. */
  readonly timeZone: string
  readonly before: readonly Gated[]
  /** Name of the installation whose results `${operations.…}` means; absent for its own. */
  readonly from?: string
  readonly isSuspended: boolean
  /** Maximum number of its Jobs at once, over all installations. */
  readonly concurrency: number
  /** Specification of a Job (batch/v1). */
  readonly job: JsonObject
}

/** An installation that another one depends on: its name, and the location of the dependency. */
export interface Dependency {
  readonly name: string
  readonly location: Location
  /** Its name is encrypted in Git. */
  readonly isSealed?: true
}

/**
 * The unit of sync, status, rollout and failure: a directory of manifests, or the result of a document and
 * its template.
 */
export interface Installation {
  /** Path below the Repository's path, such as `acme` or `eu/acme`; for a standalone document, its name. */
  readonly name: string
  /** The name as a label value (at most 63 characters): the value of reeve.dev/installation. */
  readonly id: string
  /** Digest of everything that the installation is made from; the same source renders the same objects. */
  readonly source: string
  readonly objects: readonly DeclaredObject[]
  /** Installations that have to be healthy before this one follows a commit. */
  readonly dependsOn: readonly Dependency[]
  /** The version, where Git declares one. */
  readonly version?: string
  /** Names of its groups, the innermost first; absent where it is in none. */
  readonly groups?: readonly string[]
  /** Its document says that it is in no group. */
  readonly isUngrouped?: boolean
  /** Default namespace of its namespaced objects; undefined: that of the Repository. */
  readonly namespace?: string
  /** Service account that it acts as, `namespace/name`; absent where it acts as Reeve itself. */
  readonly serviceAccount?: string
  /** Name of its Helm release; absent where it is not made from a chart. */
  readonly releaseName?: string
  /** Name of its Installation object in the cluster, where Git has no document of it. */
  readonly objectName?: string
  /** Where its documents begin; absent where it has none. */
  readonly location?: Location
  /** Nothing of it is applied, healed or pruned. */
  readonly suspended?: boolean
  /** Its workloads sleep. */
  readonly hibernated?: true
  /** Git no longer declares it: it is kept asleep for a while. */
  readonly pendingDeletion?: PendingDeletion
  /** The copy of its workloads; absent where they change in place. */
  readonly copy?: Copy
  /** Changes are applied as a whole or not at all, as far as the API server can tell beforehand. */
  readonly atomic?: boolean
  /** Its groups say that it moves only as reviewed. */
  readonly requiresReview?: true
  /** Objects that it declares and, as their marks say, does not apply: what is there stays as it is. */
  readonly leftAlone?: readonly DeclaredObject[]
  /** What runs before and after it changes; absent where it declares no hooks. */
  readonly hooks?: readonly DeclaredHook[]
  /** Jobs that run for it; absent where it declares none. */
  readonly operations?: readonly DeclaredOperation[]
  /** Notices about what it declares; absent where there are none. */
  readonly notices?: readonly Notice[]
  /** Its settings that a group's `enforced` overrides. */
  readonly overridden?: readonly Overridden[]
  /** Handling of its objects; these rules win over those of Reeve's configuration. */
  readonly rules: Rules
  /** Absent where it is made from no chart. */
  readonly release?: ReleaseRevision
  /** Its charts may look up objects of the cluster: what they once made may hold what is no longer there. */
  readonly looksUp?: true
  /** Number of characters generated for it alone; absent where it takes little memory. */
  readonly size?: number
  /** All texts decrypted for it; absent where there are none. */
  readonly secrets?: Secrets
  /** Where it has faults: files besides theirs, below the Repository's path, that it may declare objects in. */
  readonly sources?: readonly string[]
  /** Faults of its documents. With any fault, nothing of it is applied or pruned. */
  readonly faults: readonly Fault[]
}

/** An object with the namespace that it has in the cluster, ready to be planned. */
export interface ResolvedObject extends DeclaredObject {
  readonly key: ObjectKey
  /** Of the object as declared: half of the annotation reeve.dev/applied. */
  readonly digest: string
}
