import { INSTALLATION_LABEL } from '../../model/labels.ts'
import { copyOf, selectedCopies } from '../../stages/plan/copies.ts'
import { type CopiesView, fateOf } from '../../stages/plan/old-copy.ts'
import type { Member } from '../fleet/member.ts'
import { type GatedPlan, isDeletion } from './gate.ts'
import { isReady, type Readiness } from './readiness.ts'

export interface CopiesContext {
  readonly member: Member | undefined
  readonly readiness: Readiness
}

/**
 * Copies of workloads that Git does not declare stay while they serve, and for a time after that; those that never
 * served go at once, so that what does not get well takes up nothing twice.
 */
export function keepCopies(
  plans: readonly GatedPlan[],
  { member, readiness }: CopiesContext,
): readonly GatedPlan[] {
  if (member === undefined || !plans.some((plan) => isDeletion(plan) && copyOf(plan.live) !== undefined))
    return plans
  const view = viewOf(member, readiness)
  return plans.map((plan): GatedPlan => {
    const copy = isDeletion(plan) ? copyOf(plan.live) : undefined
    if (!isDeletion(plan) || copy === undefined) return plan
    const { key } = plan
    const fate = fateOf(copy, view)
    if (fate.does === 'keep') return { action: 'keep', key, forMs: fate.forMs }
    if (fate.does === 'wait') return { action: 'wait', key, reason: reasonFor(view) }
    return fate.does === 'unused' ? { ...plan, isUnused: true } : plan
  })
}

function viewOf(member: Member, readiness: Readiness): CopiesView {
  const installation = member.target?.installation
  return {
    declared: installation?.copy,
    selected: selectedIn(member, readiness),
    recorded: readiness.record(member.name)?.copy,
    isReady: isReady(member, readiness),
    isAsleep: installation?.hibernated === true,
    now: Date.now(),
  }
}

/** Copies that live Services of a member select. */
export function selectedIn(
  { id, objects }: Member,
  { live }: Pick<Readiness, 'live'>,
): CopiesView['selected'] {
  const services = [...objects]
    .filter(([, { object }]) => object.kind === 'Service')
    .flatMap(([object]) => live(object) ?? [])
  return selectedCopies(
    services.filter(({ metadata }) => metadata.labels?.[INSTALLATION_LABEL] === id),
    objects,
  )
}

function reasonFor({ declared }: CopiesView): string {
  return declared === undefined
    ? 'what replaces the old copy to be healthy'
    : `copy ${declared.name} to be healthy`
}
