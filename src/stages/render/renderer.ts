import type { Fault, Location } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Notice } from '../../model/notice.ts'
import type { IgnoreRule } from '../../model/rules.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Layer } from '../../model/values.ts'
import type { StandIns } from './secrets/stand-ins.ts'

/** A template, ready to be filled in. */
export interface Renderer {
  /** Digest of the template. */
  readonly digest: string
  /** Its default values. */
  readonly defaults?: Layer
  /**
   * It renders Helm releases, which depend on what is recorded of the one before; Helm's hooks among the objects
   * are in their waves.
   */
  readonly isChart?: true
  /** It renders in this process, synchronously. */
  readonly isImmediate?: true
  /** Digest of the cluster data that it reads; absent where it reads none. */
  readonly cluster?: string
  /** Its files below the Repository's path, where objects that it fails to render may be declared. */
  readonly sources?: readonly string[]
  /** Texts decrypted from its files. */
  readonly secrets?: Secrets
  /** About the memory that it takes, in bytes; absent where that is not known. */
  readonly size?: number
  /** Some of its files could not be decrypted; other keys may change the template. */
  readonly isUndecryptable?: true
  readonly render: (release: Release) => Rendered | Promise<Rendered>
}

/** The input of a template. */
export interface Release {
  /** That of a Helm release. */
  readonly name: string
  /** Default namespace of namespaced objects. */
  readonly namespace: string
  /** Without the template's defaults. */
  readonly values: JsonObject
  /** Values of `${installation.…}`. */
  readonly installation: JsonObject
  /** The location that names the template. */
  readonly location: Location
  /** The location of a value by JSON pointer, or of what is closest around it. */
  readonly placeOf: (pointer: string) => Location
  readonly secrets?: Secrets | undefined
  /** Service account that charts look up objects as, `namespace/name`; absent where Reeve itself does. */
  readonly account?: string | undefined
  /** Maximum size of what its references expand to, and its templates render together, in characters. */
  readonly largest: number
}

export interface Rendered {
  readonly objects: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
  /** Ignore rules of the template, in addition to those of the installation. */
  readonly ignore?: readonly IgnoreRule[]
  /** About the memory that what is generated for it alone takes, in bytes. */
  readonly size?: number
  readonly notices?: readonly Notice[]
  /** Renders the same with stand-ins in place of its secrets; absent where it holds none. */
  readonly again?: (standIns: StandIns) => Rendered | Promise<Rendered>
  /** Secrets of the cluster were part of its input. */
  readonly readsSecrets?: true
  /** It may look up objects of the cluster, for these values or others. */
  readonly looksUp?: true
  /** Names that are made up anew at each rendering, by the place of the object: two of them. */
  readonly madeUp?: ReadonlyMap<string, readonly [string, string]>
  /** Of a chart: its objects are those of the first revision, with Helm's hooks as they are. */
  readonly chart?: RenderedChart
}

export interface RenderedChart {
  /** Digest of what it renders for the given values, without what it makes up or looks up. */
  readonly digest: string
  /** Renders a later revision; absent where that is the same. */
  readonly upgradeTo?: (revision: number) => Promise<Rendered>
}

/** A renderer, or the fault that prevents rendering. */
export type Rendering = Renderer | { readonly fault: Fault }
