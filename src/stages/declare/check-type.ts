import { isOperation, OWN_GROUP } from '../../model/labels.ts'
import type { GroupVersionKind } from '../../model/object.ts'
import { isDnsLabel, isDnsSubdomain } from './names.ts'

const version = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/
const kind = /^[A-Za-z](?:[-A-Za-z0-9]*[A-Za-z0-9])?$/

/** `v1` or `apps/v1`: a DNS subdomain and a DNS label. */
export function isApiVersion(text: string): boolean {
  const slash = text.indexOf('/')
  const name = text.slice(slash + 1)
  return isDnsLabel(name) && version.test(name) && (slash < 0 || isDnsSubdomain(text.slice(0, slash)))
}

/** A word such as `Deployment` (a CustomResourceDefinition's names.kind). */
export function isKind(text: string): boolean {
  return text.length <= 63 && kind.test(text)
}

/** Why a document is no object to apply, going by its group; undefined for any other. */
export function foreignCode({
  group,
  version,
  kind,
}: GroupVersionKind): 'document-of-kustomize' | 'unknown-document' | undefined {
  if (group === 'kustomize.config.k8s.io') return 'document-of-kustomize'
  // Such as a kind of a later version.
  const isKnown = version === 'v1alpha1' && isOperation({ group, kind })
  return group === OWN_GROUP && !isKnown ? 'unknown-document' : undefined
}
