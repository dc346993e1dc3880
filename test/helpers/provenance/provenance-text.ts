export interface Described {
  readonly name: string
  readonly version: string
  /** `sha256:…` of the package. */
  readonly digest: string
  readonly file?: string
}

/** What Helm signs: the metadata of a chart, and the digest of its package. */
export function provenanceText({
  name,
  version,
  digest,
  file = `${name}-${version}.tgz`,
}: Described): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\n\n...\nfiles:\n  ${file}: ${digest}\n`
}
