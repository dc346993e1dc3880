import type { DeletionPolicy, PendingDeletion } from './deletion.ts'
import type { Fault, Location } from './fault.ts'
import type { DeclaredObject, Dependency } from './installation.ts'
import type { Notice } from './notice.ts'
import type { Rules } from './rules.ts'
import type { Secrets } from './secrets.ts'
import type { BlueGreen } from './strategy.ts'
import type { TemplateReference } from './template.ts'
import type { Layer, Overridden } from './values.ts'

/** One installation as Git declares it, with its inherited settings, before its template is rendered. */
export interface Declaration {
  readonly name: string
  /** metadata.name, where `name` has the namespace of its document before it. */
  readonly shortName?: string
  readonly id: string
  /** Digest of everything that it is made from, except its template. */
  readonly digest: string
  /** Location of its document, or of the first of its manifests. */
  readonly location: Location | undefined
  /** Objects of its own directory, as they are, and its document. */
  readonly objects: readonly DeclaredObject[]
  readonly templates: readonly PlacedTemplate[]
  /** Settings of its groups and its own, the winning one last. The template's own defaults come before. */
  readonly layers: readonly Layer[]
  readonly version?: string
  /** Names of its groups, the innermost first. */
  readonly groups: readonly string[]
  /** Its document says that it is in no group. */
  readonly isUngrouped: boolean
  /** Default namespace of its namespaced objects; undefined where Git sets none. */
  readonly namespace?: string
  /** Name of its Helm release, with references; undefined where Git sets none. */
  readonly releaseName?: { readonly text: string; readonly location: Location }
  /** Service account that it acts as; undefined where Git sets none. */
  readonly serviceAccount?: SaidAccount
  /** Location of the setting that creates the namespace, too. */
  readonly createNamespace?: Location
  readonly labels: Readonly<Record<string, string>>
  readonly dependsOn: readonly Dependency[]
  readonly rules: Rules
  readonly suspended: boolean
  /** Its workloads sleep, as it or its groups say. */
  readonly hibernated?: true
  /** What becomes of it once Git no longer declares it; absent where no document says anything of that. */
  readonly deletion?: DeletionPolicy
  /** Git no longer declares it: it is kept asleep for a while. */
  readonly pendingDeletion?: PendingDeletion
  /** When its workloads were restarted, as it or its groups say (RFC 3339): the latest of these times. */
  readonly restartedAt?: string
  /** It moves by a second copy of its workloads. */
  readonly blueGreen?: BlueGreen
  /** Name of its Installation object in the cluster, where Git has no document of it. */
  readonly objectName?: string
  /** Changes are applied as a whole or not at all, as far as the API server can tell beforehand. */
  readonly atomic: boolean
  /** The commit that it inherits from, as its own document says; absent where that says none. */
  readonly pinned?: Pin
  /** Its groups say that it moves only as reviewed. */
  readonly requiresReview?: true
  readonly overridden: readonly Overridden[]
  /** Decrypted from its files, its document and its groups; absent where nothing was encrypted. */
  readonly secrets?: Secrets
  /** Notices about its directory; absent where there are none. */
  readonly notices?: readonly Notice[]
  readonly faults: readonly Fault[]
}

/** A commit that a document names. */
export interface Pin {
  /** Full id. */
  readonly commit: string
  readonly location: Location
}

/** A service account that a document names. */
export interface SaidAccount {
  /** A name, or `namespace/name`, with references. */
  readonly text: string
  readonly location: Location
  /** Namespace that the same document sets, with references: where the name stands alone, it is one in there. */
  readonly namespace?: string
}

/** The source of a template, and the location that names it. */
export interface PlacedTemplate {
  readonly reference: TemplateReference
  /** Where given, it has the values below this name, and those below `global`. */
  readonly name?: string
  readonly location: Location
  /** It is encrypted in Git, or a part of it is. */
  readonly isSealed?: true
}
