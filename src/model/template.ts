import type { Fault } from './fault.ts'

/** The source of a template: a path from the root of the repository, or a remote source. */
export type TemplateReference = { readonly path: string } | RemoteReference

/** The source of a template outside the repository. */
export type RemoteReference =
  /** A path in another Git repository. */
  | { readonly path: string; readonly git: GitReference }
  /** A packaged Helm chart. */
  | { readonly chart: ChartReference }

export interface GitReference {
  /** https:// or http://, without credentials. */
  readonly url: string
  /** Full id. */
  readonly commit: string
}

export interface ChartName {
  /** URL of a chart repository (https://) or an OCI registry (oci://). */
  readonly repository: string
  readonly name: string
}

export interface ChartReference extends ChartName {
  /** Exact; also a range where it is declared, until the lock file of the commit says the version. */
  readonly version: string
  /**
   * `sha256:…` of the package, the .tgz: as in an index.yaml, or the digest of the layer in an OCI manifest,
   * not of the manifest itself.
   */
  readonly digest?: string
}

export function isRemote(reference: TemplateReference): reference is RemoteReference {
  return 'git' in reference || 'chart' in reference
}

/** Key of a reference: equal references have equal keys. */
export function templateKey(reference: TemplateReference): string {
  if ('chart' in reference) {
    const { repository, name, version, digest } = reference.chart
    return JSON.stringify(['chart', repository, name, version, digest])
  }
  return 'git' in reference
    ? JSON.stringify(['git', reference.git.url, reference.git.commit, reference.path])
    : reference.path
}

/** Describes a template for people: `templates/chat`, `chart mattermost 1.2.3`, `.` for the top. */
export function describeTemplate(reference: TemplateReference): string {
  if ('chart' in reference) return `chart ${reference.chart.name} ${reference.chart.version}`
  return 'git' in reference
    ? `${reference.path} of ${reference.git.url} at ${reference.git.commit.slice(0, 7)}`
    : reference.path || '.'
}

/**
 * The files of a template, as far as rendering may see them.
 * - `manifests`: YAML and JSON with references such as `${values.replicas}`
 * - `helm`: a chart
 * - `kustomize`: an overlay and the files that it refers to
 */
export interface Template {
  readonly kind: 'manifests' | 'helm' | 'kustomize'
  readonly reference: TemplateReference
  /** Directory of the template in `files`, without a trailing slash; '' only for an overlay at the top. */
  readonly directory: string
  /** Digest of paths and contents. */
  readonly digest: string
  /** By path; files of the repository by their path from its root. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Paths of files of values that documents name: where they hold no objects, they are no manifests. */
  readonly valuesFiles: ReadonlySet<string>
  /** The Repository's path, where the files are those of the repository. */
  readonly root: string
  /** Why it cannot be rendered, whatever the values. */
  readonly faults: readonly Fault[]
}
