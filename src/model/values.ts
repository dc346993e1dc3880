import type { Location } from './fault.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** Who says something about an installation, from the one that is overridden most to the one that wins. */
const LAYER_KINDS = ['template', 'group', 'installation', 'enforced'] as const

/** What one document, or the template itself, says of an installation's version and values. */
export interface Layer {
  readonly kind: (typeof LAYER_KINDS)[number]
  /** Of the group or the installation; the template for people. */
  readonly name: string
  readonly version?: string
  readonly values: JsonObject
  /** Where a value stands, by JSON pointer below the values (RFC 6901). */
  readonly placeOf: (pointer: string) => Location
  readonly versionPlace?: Location
}

/** Something that an installation or an inner group says and that a group's `enforced` overrides. */
export interface Overridden {
  /** `version`, or a value such as `values.replicas`. */
  readonly path: string
  /** Where it is said. */
  readonly location: Location
  /** The group that enforces another one. */
  readonly by: string
}

/** What one layer says of one setting. */
export interface Said {
  readonly value: JsonValue
  readonly kind: Layer['kind']
  /** Of the group or the installation; the template for people. */
  readonly name: string
  readonly location: Location
}

/** One final setting of an installation. */
export interface Explained {
  /** `version`, or a value such as `values.web.replicas`. */
  readonly path: string
  readonly said: Said
  /** What it overrides, the last one overridden first. */
  readonly overridden: readonly Said[]
}
