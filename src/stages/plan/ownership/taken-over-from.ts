import type { FormerOwner } from '../../../model/former-owner.ts'
import { ADOPT_ANNOTATION } from '../../../model/labels.ts'
import type { ObjectPlan } from '../../../model/plan.ts'
import { formerOwners } from './former-owners.ts'

/** Tools whose controllers revert changes by others; other tools write only when a person runs them. */
const CONTROLLERS: ReadonlySet<FormerOwner['tool']> = new Set([
  'argo-cd',
  'flux-helm-release',
  'flux-kustomization',
])

/**
 * Controllers that the annotation reeve.dev/adopt in Git takes an object from. This does not check whether
 * they are still active: `reeve adopt` does, and refuses while they are.
 */
export function takenOverFrom(plan: ObjectPlan): readonly FormerOwner[] {
  if (plan.action !== 'patch' || plan.base?.kind !== 'adopted') return []
  if (plan.desired.metadata.annotations?.[ADOPT_ANNOTATION] !== 'true') return []
  return formerOwners(plan.live).filter(({ tool }) => CONTROLLERS.has(tool))
}
