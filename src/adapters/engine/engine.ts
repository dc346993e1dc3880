import type { JsonObject } from '../../model/json.ts'

/**
 * Renders Helm charts and Kustomize overlays. What goes wrong with a rendering is an answer; a
 * promise is rejected only with what the request's own `files` rejected with.
 */
export interface Engine extends AsyncDisposable {
  /** Renders the chart as `helm install` does before it sends anything. */
  helm(request: HelmRequest): Promise<HelmAnswer>
  /** Builds the directory's kustomization as `kustomize build` does. */
  kustomize(request: KustomizeRequest): Promise<KustomizeAnswer>
}

/** A directory, or a packaged chart: one file whose name ends in .tgz. */
export interface FileTree {
  /** Digest of the paths and contents: trees of one key are the same. */
  readonly key: string
  /** The regular files by path, such as `templates/web.yaml`. Asked for only where the key is not known. */
  files(): Promise<ReadonlyMap<string, Uint8Array>>
}

export interface HelmRequest {
  readonly chart: FileTree
  /** What `--values` would have; the chart's own values are merged below. */
  readonly values: JsonObject
  readonly release: Release
  readonly capabilities: Capabilities
  /** Answers the template function `lookup`; without it there are no live objects. */
  readonly lookup?: (question: LookupQuestion) => Promise<LookupAnswer>
  /** Milliseconds of work, without the time that lookups take; by default 30,000. */
  readonly timeoutMs?: number
}

/** What templates see as `.Release`. */
export interface Release {
  readonly name: string
  readonly namespace: string
  /** By default 1. */
  readonly revision?: number
  readonly isUpgrade?: boolean
}

/** What templates see as `.Capabilities`. */
export interface Capabilities {
  /** The API server's gitVersion, such as `v1.36.3`. */
  readonly kubeVersion: string
  /** All that `.Capabilities.APIVersions.Has` is true for, such as `apps/v1` and `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[]
}

/** The arguments of `lookup`: '' for no namespace, and for all objects of the kind. */
export interface LookupQuestion {
  readonly apiVersion: string
  readonly kind: string
  /** A namespace also where the kind has none: then it does not count. */
  readonly namespace: string
  readonly name: string
}

/** The object, null where there is none; the items where no name was asked for. */
export interface LookupAnswer {
  readonly object?: JsonObject | null
  readonly items?: readonly JsonObject[]
}

/** A rendered file; `path` is Helm's, such as `web/charts/db/templates/secret.yaml`. */
export interface RenderedFile {
  readonly path: string
  /** YAML documents, not checked. */
  readonly text: string
}

export interface ChartInfo {
  readonly name: string
  readonly version: string
  /** '' where Chart.yaml has none. */
  readonly appVersion: string
  readonly deprecated: boolean
}

/** What a rendering has that the next one of the same input would not have. */
export interface Varying {
  /** The functions called that give something else each time, such as `randAlphaNum`. */
  readonly functions: readonly string[]
  /** Paths of the rendered files that come out differently for it. */
  readonly files: readonly string[]
}

export interface HelmRendering {
  readonly ok: true
  readonly chart: ChartInfo
  /** Sorted by path; without NOTES.txt, partials and what renders to nothing; hooks included. */
  readonly files: readonly RenderedFile[]
  /** The files of `crds/`, of enabled subcharts as well, as they are. */
  readonly crds: readonly RenderedFile[]
  /** Each question once, in the order in which they were asked. */
  readonly lookups: readonly LookupQuestion[]
  readonly varying: Varying
}

export interface KustomizeRequest {
  readonly tree: FileTree
  /** Path of the kustomization's directory in the tree; '' for its root. Bases may be anywhere in the tree. */
  readonly directory: string
  /** Milliseconds; by default 30,000. */
  readonly timeoutMs?: number
}

export interface KustomizeBuild {
  readonly ok: true
  /** The objects as YAML documents. */
  readonly text: string
}

/**
 * Why there is no rendering: `input`, so it will fail again; `lookup`, a live object could not be
 * had; `bounds`, it took more time, memory or output than it may; `engine`, something is wrong with
 * what renders.
 */
export type FailureCause = 'input' | 'lookup' | 'bounds' | 'engine'

export interface RenderFailure {
  readonly ok: false
  readonly cause: FailureCause
  /** In the words of Helm or Kustomize. */
  readonly message: string
  /** A template's path as in RenderedFile, or a file of the Kustomize tree. */
  readonly file?: string
  readonly line?: number
}

export type HelmAnswer = HelmRendering | RenderFailure
export type KustomizeAnswer = KustomizeBuild | RenderFailure

/** What one rendering may take, and how long the program stays when it has nothing to do. */
export interface EngineLimits {
  /** Bytes of output; by default 16 MiB. */
  readonly outputBytes: number
  /** Bytes of heap and stacks of each program; by default 1 GiB, and a third of a container's at most. */
  readonly memoryBytes: number
  /** Bytes of files that the program keeps; by default a quarter of the memory. */
  readonly cacheBytes: number
  /** Milliseconds of work where the request says nothing; by default 30,000. */
  readonly timeoutMs: number
  /** Milliseconds after which an idle program ends; by default five minutes. */
  readonly idleMs: number
  /** Quick renderings at a time; by default as many as there are cores. */
  readonly parallel: number
}
