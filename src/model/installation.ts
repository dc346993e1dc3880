import type { Fault, Location } from './fault.ts'
import type { KubernetesObject, ObjectKey } from './object.ts'
import type { Rules } from './rules.ts'
import type { Secrets } from './secrets.ts'
import type { Sensitive } from './sensitive.ts'
import type { Overridden } from './values.ts'

/** Where a declared object stands, exactly enough to find any of its fields again. */
export interface Origin extends Location {
  /** Index of the YAML document in the file, from 0. */
  readonly document: number
  /** JSON pointer (RFC 6901) of the object in the document: '' or, in a List, '/items/3'. */
  readonly pointer: string
}

/** One object that Git declares, as kubectl would read it. */
export interface DeclaredObject {
  readonly object: KubernetesObject
  readonly origin: Origin
  /** Absent where nothing that its installation is made of is secret. */
  readonly sensitive?: Sensitive
}

/** An installation that another one needs: its name, and where that is said. */
export interface Dependency {
  readonly name: string
  readonly location: Location
}

/** The unit of sync, status, rollout and failure: a directory of manifests, or what a document and its template make. */
export interface Installation {
  /** Path below the Repository's path, such as `acme` or `eu/acme`; the name of a document that stands alone. */
  readonly name: string
  /** The name as a label value (at most 63 characters): the value of reeve.dev/installation. */
  readonly id: string
  /** Digest of all that the installation is made from; the same source renders the same. */
  readonly source: string
  readonly objects: readonly DeclaredObject[]
  /** Installations that have to be healthy before this one follows a commit. */
  readonly dependsOn: readonly Dependency[]
  /** The version that Git declares, where it does. */
  readonly version?: string
  /** Names of the groups that it is in, the innermost first; absent where it is in none. */
  readonly groups?: readonly string[]
  /** It says that it is in no group. */
  readonly isUngrouped?: boolean
  /** Of its namespaced objects that name none; undefined: whatever counts for all. */
  readonly namespace?: string
  /** It is left as it is. */
  readonly suspended?: boolean
  /** A change of it is made as a whole or not at all, as far as the API server can tell beforehand. */
  readonly atomic?: boolean
  /** What people should know of how it is rendered. */
  readonly notices?: readonly Fault[]
  /** What it says and a group enforces otherwise. */
  readonly overridden?: readonly Overridden[]
  /** How its objects are handled; its rules win over those of Reeve's configuration. */
  readonly rules: Rules
  /** Characters that were made for it alone; absent where it takes little memory. */
  readonly size?: number
  /** All that was decrypted for it; absent where nothing was. */
  readonly secrets?: Secrets
  /** What is wrong with its documents. With any fault nothing of it is applied or pruned. */
  readonly faults: readonly Fault[]
}

/** An object with the namespace that the cluster will hold it in, ready to be planned. */
export interface ResolvedObject extends DeclaredObject {
  readonly key: ObjectKey
  /** Of the object as declared: half of the annotation reeve.dev/applied. */
  readonly digest: string
}
