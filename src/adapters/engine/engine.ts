import type { JsonObject } from '../../model/json.ts'

/**
 * Renders Helm charts and Kustomize overlays. A failed rendering is an answer; a promise rejects only with
 * the error of the request's own `files`, or if helm or kustomize cannot be started.
 */
export interface Engine extends AsyncDisposable {
  /** Renders the chart as `helm install` does before it sends anything. */
  helm(request: HelmRequest): Promise<HelmAnswer>
  /** Builds the directory's kustomization as `kustomize build` does. */
  kustomize(request: KustomizeRequest): Promise<KustomizeAnswer>
}

/** A directory, or a packaged chart: one file whose name ends in .tgz. */
export interface FileTree {
  /** Digest of the paths and contents: trees with the same key are equal. */
  readonly key: string
  /** The regular files by path, such as `templates/web.yaml`. Not called for a cached tree. */
  files(): Promise<ReadonlyMap<string, Uint8Array>>
}

export interface HelmRequest {
  readonly chart: FileTree
  /** Values as in `--values`; they override the chart's own. */
  readonly values: JsonObject
  readonly release: Release
  readonly capabilities: Capabilities
  /** Answers the template function `lookup`; without it, lookups find nothing. */
  readonly lookup?: (question: LookupQuestion) => Promise<LookupAnswer>
  /** Leaves the values unchecked by the chart's schemas; the program `helm` checks them all the same. */
  readonly skipsSchema?: true
  /** Maximum working time in milliseconds, not counting lookups; by default 30,000. */
  readonly timeoutMs?: number
}

/** The `.Release` of templates. */
export interface Release {
  readonly name: string
  readonly namespace: string
  /** By default 1. */
  readonly revision?: number
  readonly isUpgrade?: boolean
}

/** The `.Capabilities` of templates. */
export interface Capabilities {
  /** The API server's gitVersion, such as `v1.36.3`. */
  readonly kubeVersion: string
  /** All that `.Capabilities.APIVersions.Has` accepts, such as `apps/v1` and `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[]
}

/** The arguments of `lookup`; an empty namespace means none, an empty name all objects of the kind. */
export interface LookupQuestion {
  readonly apiVersion: string
  readonly kind: string
  /** May be set for a cluster-scoped kind, too, which ignores it. */
  readonly namespace: string
  readonly name: string
}

/** The object, or null if it does not exist; the items if the name is empty. */
export interface LookupAnswer {
  readonly object?: JsonObject | null
  readonly items?: readonly JsonObject[]
}

/** A rendered file; `path` is Helm's, such as `web/charts/db/templates/secret.yaml`. */
export interface RenderedFile {
  readonly path: string
  /** Unchecked YAML documents. */
  readonly text: string
}

export interface ChartInfo {
  readonly name: string
  readonly version: string
  /** Empty if Chart.yaml has none. */
  readonly appVersion: string
  readonly deprecated: boolean
}

/** Differences between renderings of the same input. */
export interface Varying {
  /** Functions with a different result at each call, such as `randAlphaNum`. */
  readonly functions: readonly string[]
  /** Paths of the rendered files that differ. */
  readonly files: readonly string[]
}

export interface HelmRendering {
  readonly ok: true
  readonly chart: ChartInfo
  /** Sorted by path; without NOTES.txt, partials and empty files; with hooks. */
  readonly files: readonly RenderedFile[]
  /** The files of `crds/` as they are, including those of enabled subcharts. */
  readonly crds: readonly RenderedFile[]
  /** Distinct questions, in the order of their first use. */
  readonly lookups: readonly LookupQuestion[]
  readonly varying: Varying
}

export interface KustomizeRequest {
  readonly tree: FileTree
  /** Path of the kustomization's directory in the tree; '' for its root. Bases may be anywhere in the tree. */
  readonly directory: string
  /** Maximum time in milliseconds; by default 30,000. */
  readonly timeoutMs?: number
}

export interface KustomizeBuild {
  readonly ok: true
  /** The objects as YAML documents. */
  readonly text: string
}

/**
 * Why a rendering failed: `input`: it fails again for the same input; `lookup`: a live object could not be
 * read; `bounds`: it exceeded its limit of time, memory or output; `engine`: the renderer itself failed.
 */
export type FailureCause = 'input' | 'lookup' | 'bounds' | 'engine'

export interface RenderFailure {
  readonly ok: false
  readonly cause: FailureCause
  /** For `input`, mostly in the words of Helm or Kustomize. */
  readonly message: string
  /** A template's path as in RenderedFile, or a file of the Kustomize tree. */
  readonly file?: string
  readonly line?: number
}

export type HelmAnswer = HelmRendering | RenderFailure
export type KustomizeAnswer = KustomizeBuild | RenderFailure

/** Limits of a rendering, and of an idle program. */
export interface EngineLimits {
  /** Maximum output in bytes; by default 16 MiB. */
  readonly outputBytes: number
  /**
   * Maximum heap and stacks per lane, in bytes; by default that of the budgets. Quick, suspect and long renderings
   * have separate programs, and all may be large at once.
   */
  readonly memoryBytes: number
  /** Maximum size of the files that the program caches, in bytes; by default a quarter of the memory. */
  readonly cacheBytes: number
  /** Default timeout of a request, in milliseconds; by default 30,000. */
  readonly timeoutMs: number
  /** Delay before an idle program ends, in milliseconds; by default five minutes. */
  readonly idleMs: number
  /** Maximum number of concurrent quick renderings; by default the number of cores. */
  readonly parallel: number
}
