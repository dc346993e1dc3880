import type { FormerOwner } from '../../../model/former-owner.ts'
import { ADOPT_ANNOTATION } from '../../../model/labels.ts'
import type { ObjectPlan } from '../../../model/plan.ts'
import { formerOwners } from './former-owners.ts'

/** Tools whose controllers put back what others change; the others write when a person runs them. */
const CONTROLLERS: ReadonlySet<FormerOwner['tool']> = new Set([
  'argo-cd',
  'flux-helm-release',
  'flux-kustomization',
])

/**
 * The controllers that the annotation reeve.dev/adopt in Git takes an object from. Whether they are still
 * at work nobody asks here: `reeve adopt` does, and refuses while they are.
 */
export function takenOverFrom(plan: ObjectPlan): readonly FormerOwner[] {
  if (plan.action !== 'patch' || plan.base?.kind !== 'adopted') return []
  if (plan.desired.metadata.annotations?.[ADOPT_ANNOTATION] !== 'true') return []
  return formerOwners(plan.live).filter(({ tool }) => CONTROLLERS.has(tool))
}
