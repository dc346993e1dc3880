import type { Fault, Location } from './fault.ts'
import type { DeclaredObject, Dependency } from './installation.ts'
import type { JsonObject } from './json.ts'
import type { Rules } from './rules.ts'
import type { Secrets } from './secrets.ts'
import type { TemplateReference } from './template.ts'
import type { Layer, Overridden } from './values.ts'

/** One installation as Git declares it, with what it inherits; its template is not rendered yet. */
export interface Declaration {
  readonly name: string
  readonly id: string
  /** Digest of all that it is made from, its template aside. */
  readonly digest: string
  /** Where its document stands, or the first of its manifests. */
  readonly location: Location | undefined
  /** What its own directory holds, taken as it is, and its document. */
  readonly objects: readonly DeclaredObject[]
  readonly template?: { readonly reference: TemplateReference; readonly location: Location }
  /** What its groups and it say, the one that wins last. The template's own defaults come before. */
  readonly layers: readonly Layer[]
  readonly version?: string
  /** Of all layers. */
  readonly values: JsonObject
  /** Names of the groups that it is in, the innermost first. */
  readonly groups: readonly string[]
  /** It says that it is in none. */
  readonly isUngrouped: boolean
  /** Of its namespaced objects that name none; undefined where nobody says it. */
  readonly namespace?: string
  /** Where it is said that the namespace is created, too. */
  readonly createNamespace?: Location
  readonly labels: Readonly<Record<string, string>>
  readonly dependsOn: readonly Dependency[]
  readonly rules: Rules
  readonly suspended: boolean
  /** A change of it is made as a whole or not at all, as far as the API server can tell beforehand. */
  readonly atomic: boolean
  readonly overridden: readonly Overridden[]
  /** Of its files, its document and its groups; absent where nothing was encrypted. */
  readonly secrets?: Secrets
  readonly faults: readonly Fault[]
}
