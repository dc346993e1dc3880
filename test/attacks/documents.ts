import { writeJson } from '../../src/model/json.ts'

/** What is declared of an object beside its name. */
export interface Parts {
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly [part: string]: unknown
}

/** A manifest; without a namespace where that is ''. */
export function manifest(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
  { labels, annotations, ...parts }: Parts = {},
): string {
  const metadata = { name, ...(namespace && { namespace }), labels, annotations }
  return `${writeJson({ apiVersion, kind, metadata, ...parts })}\n`
}

/** A document of an installation. */
export function installation(name: string, spec: object, metadata: object = {}): string {
  const own = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation' }
  return `${writeJson({ ...own, metadata: { name, ...metadata }, spec })}\n`
}
