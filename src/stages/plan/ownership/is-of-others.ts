import { REPOSITORY_LABEL } from '../../../model/labels.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import { isApplied } from '../applied.ts'
import { formerOwners } from './former-owners.ts'
import { hasDeployer } from './writers.ts'

/**
 * Whether someone put an object there who is not this Repository: another one, a person with kubectl, Helm, Flux or
 * Argo CD. What controllers make of other objects belongs to no one of its own.
 * @param live with its managedFields
 */
export function isOfOthers(live: KubernetesObject, repository: string): boolean {
  const { labels, ownerReferences = [] } = live.metadata
  if (ownerReferences.length > 0) return false
  if (isApplied(live)) return labels?.[REPOSITORY_LABEL] !== repository
  return formerOwners(live).length > 0 || hasDeployer(live)
}
