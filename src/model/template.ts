/** Where a template comes from; each names exactly one content. */
export type TemplateReference =
  /** A path from the root of the repository. */
  | { readonly path: string }
  /** A path in another Git repository at a commit (full id). */
  | { readonly path: string; readonly git: { readonly url: string; readonly commit: string } }
  /** A packaged Helm chart; `digest` is `sha256:…` of the package. */
  | { readonly chart: ChartReference }

export interface ChartReference {
  /** URL of a chart repository (https://) or an OCI registry (oci://). */
  readonly repository: string
  readonly name: string
  /** Exact, never a range. */
  readonly version: string
  readonly digest?: string
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
  /** Directory of the template in `files`, without a slash at its end; '' for the top. */
  readonly directory: string
  /** Digest of paths and contents. */
  readonly digest: string
  /** By path; those of the repository by their path from its root. */
  readonly files: ReadonlyMap<string, Uint8Array>
}
