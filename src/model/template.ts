/** Where a template comes from: a path from the root of the repository, or somewhere else. */
export type TemplateReference = { readonly path: string } | RemoteReference

/** Where a template comes from that is not in the repository. */
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

export interface ChartReference {
  /** URL of a chart repository (https://) or an OCI registry (oci://). */
  readonly repository: string
  readonly name: string
  /** Exact, never a range. */
  readonly version: string
  /**
   * `sha256:…` of the package, the .tgz: what an index.yaml says of it, and what an OCI manifest says of
   * its layer; not the digest of that manifest.
   */
  readonly digest?: string
}

export function isRemote(reference: TemplateReference): reference is RemoteReference {
  return 'git' in reference || 'chart' in reference
}

/** The same text for the same reference. */
export function templateKey(reference: TemplateReference): string {
  if ('chart' in reference) {
    const { repository, name, version, digest } = reference.chart
    return JSON.stringify(['chart', repository, name, version, digest])
  }
  return 'git' in reference
    ? JSON.stringify(['git', reference.git.url, reference.git.commit, reference.path])
    : reference.path
}

/** A template for people: `templates/chat`, `chart mattermost 1.2.3`. */
export function describeTemplate(reference: TemplateReference): string {
  if ('chart' in reference) return `chart ${reference.chart.name} ${reference.chart.version}`
  return 'git' in reference
    ? `${reference.path} of ${reference.git.url} at ${reference.git.commit.slice(0, 7)}`
    : reference.path
}

/**
 * What a template is made of, as far as rendering may see it.
 * - `manifests`: YAML and JSON with references such as `${values.replicas}`
 * - `helm`: a chart
 * - `kustomize`: an overlay and what it refers to
 */
export interface Template {
  readonly kind: 'manifests' | 'helm' | 'kustomize'
  readonly reference: TemplateReference
  /** Directory of the template in `files`, without a slash at its end; never the top. */
  readonly directory: string
  /** Digest of paths and contents. */
  readonly digest: string
  /** By path; those of the repository by their path from its root. */
  readonly files: ReadonlyMap<string, Uint8Array>
}
