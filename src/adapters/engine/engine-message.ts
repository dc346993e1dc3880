import type { JsonObject } from '../../model/json.ts'
import type {
  FailureCause,
  HelmRendering,
  KustomizeBuild,
  LookupAnswer,
  LookupQuestion,
  Release,
} from './engine.ts'

/** A rendering requested of the engine program; protocol.go has the same shapes. */
export type RenderOrder =
  | {
      readonly render: 'helm'
      readonly tree: string
      readonly helm: {
        readonly values: JsonObject
        readonly release: Release
        readonly kubeVersion: string
        readonly apiVersions: readonly string[]
        readonly lookup: boolean
        readonly skipsSchema?: true
      }
    }
  | {
      readonly render: 'kustomize'
      readonly tree: string
      readonly kustomize: { readonly directory: string }
    }

/** A line to the program. Files are in base64, by path. */
export type EngineOrder =
  | (RenderOrder & { readonly id: number; readonly files?: Readonly<Record<string, string>> })
  | {
      readonly lookupOf: number
      readonly lookup: LookupAnswer & { readonly n: number; readonly error?: string }
    }

/** A line from the program; the fields present determine its kind. */
export interface EngineMessage {
  readonly id: number
  readonly missing?: true
  readonly lookup?: LookupQuestion & { readonly n: number }
  readonly error?: {
    readonly message: string
    readonly cause: FailureCause
    readonly file?: string
    readonly line?: number
  }
  readonly result?: Omit<HelmRendering, 'ok'> | Omit<KustomizeBuild, 'ok'>
  readonly fatal?: string
}
