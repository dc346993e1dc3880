import { permissionFault } from '../../model/deletion-permission.ts'
import { idOf } from '../../model/object.ts'
import type { BlockedPlan, DeletePlan, ObjectPlan } from '../../model/plan.ts'
import type { Member } from '../fleet/member.ts'
import { isDeletion } from '../gates/gate.ts'
import { type HoldContext, sortDeletions, type Unresolved } from '../gates/hold-deletions.ts'
import { isForeign, unreadDocuments } from '../gates/unresolved-of.ts'

export interface HoldPlannedOptions
  extends Pick<HoldContext, 'declared' | 'head' | 'namespace' | 'lastDeclarations'> {
  /** Plans of all installations by name, as the API server accepts them. */
  readonly plans: ReadonlyMap<string, readonly ObjectPlan[]>
}

/**
 * Holds back the deletions that a sync would hold back: planned writes count as applied, blocked ones do not.
 */
export async function holdPlanned(
  options: HoldPlannedOptions,
): Promise<ReadonlyMap<string, readonly ObjectPlan[]>> {
  const { plans, declared } = options
  const unresolved = new Map(
    [...declared.members.values()].map((member) => [member, blockedIn(member, plans.get(member.name) ?? [])]),
  )
  const context: HoldContext = {
    ...options,
    unresolved: (member) => unresolved.get(member) ?? [],
    newcomers: () => [...unresolved].flatMap(([member, { length }]) => (length > 0 ? [member] : [])),
  }
  const held = await Promise.all(
    [...plans].map(async ([name, objects]) => [name, await holdOne(name, objects, context)] as const),
  )
  return new Map(held)
}

async function holdOne(
  name: string,
  plans: readonly ObjectPlan[],
  context: HoldContext,
): Promise<readonly ObjectPlan[]> {
  const deletions = plans.filter(isDeletion)
  if (deletions.length === 0) return plans
  const sorted = await sortDeletions(name, deletions, context)
  return plans.map((plan) => {
    const found = isDeletion(plan) ? sorted.get(plan) : undefined
    return found && 'unresolved' in found ? blocked(name, found.plan, found.unresolved) : plan
  })
}

function blocked(name: string, { key, live }: DeletePlan, unresolved: string): BlockedPlan {
  const reason = permissionFault('deletion-waits', unresolved, name, { object: idOf(key) })
  return { action: 'blocked', key, live, fault: reason }
}

function blockedIn(member: Member, plans: readonly ObjectPlan[]): readonly Unresolved[] {
  const blocked = plans.filter((plan) => plan.action === 'blocked')
  const declared = blocked.filter(({ key, fault }) => isDeclared(member, idOf(key)) && !isForeign(fault))
  return [
    ...declared.map(({ key, fault }) => ({ key, digest: member.objects.get(idOf(key))?.digest, fault })),
    ...unreadDocuments(member),
  ]
}

function isDeclared({ objects, blocked }: Member, id: string): boolean {
  return objects.has(id) || blocked.some(({ key }) => idOf(key) === id)
}
