import type { Location } from './fault.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** Sources of an installation's settings; later ones win. */
const LAYER_KINDS = ['template', 'group', 'installation', 'enforced'] as const

/** Version and values of an installation from one document, or from the template itself. */
export interface Layer {
  readonly kind: (typeof LAYER_KINDS)[number]
  /** Name of the group or the installation; for a template, its description for people. */
  readonly name: string
  readonly version?: string
  readonly values: JsonObject
  /** Location of a value by JSON pointer below the values (RFC 6901). */
  readonly placeOf: (pointer: string) => Location
  readonly versionPlace?: Location
}

/** A setting of an installation or an inner group that a group's `enforced` overrides. */
export interface Overridden {
  /** `version`, or a value such as `values.replicas`. */
  readonly path: string
  /** Location of the overridden setting. */
  readonly location: Location
  /** The group that enforces another value. */
  readonly by: string
}

/** The value of one setting in one layer. */
export interface Said {
  readonly value: JsonValue
  readonly kind: Layer['kind']
  /** Name of the group or the installation; for a template, its description for people. */
  readonly name: string
  readonly location: Location
}

/** One final setting of an installation. */
export interface Explained {
  /** `version`, or a value such as `values.web.replicas`. */
  readonly path: string
  readonly said: Said
  /** Overridden values, the last one overridden first. */
  readonly overridden: readonly Said[]
}
