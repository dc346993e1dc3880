import type { FaultCode } from '../../model/fault-table.ts'
import { describeKey, idOf, isBeingDeleted, keyOf, type LiveObject } from '../../model/object.ts'
import type { DeletePlan, ObjectPlan } from '../../model/plan.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { isContainer, isInside } from '../../stages/plan/is-inside.ts'
import { removalStageOf } from '../../stages/plan/order.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { LastDeclarations } from '../fleet/last-declarations.ts'
import type { WaitPlan } from '../gates/gate.ts'
import type { Proofs } from '../gates/proofs.ts'
import { isGoing, ownedBy } from '../planner/owned.ts'
import type { Work } from '../planner/work.ts'
import { type Dependencies, dependentsOf, reachableFrom } from './dependents.ts'
import { comparePlaces, FIRST, LAST, type Place, placesOf } from './removal-order.ts'

export interface RemovalOptions {
  readonly cache: LiveCache
  readonly proofs: Pick<Proofs, 'of'>
  readonly lastDeclarations: Pick<LastDeclarations, 'dependencies'>
  /** Name of the installation with an id, if it is declared or left objects behind. */
  readonly nameOf: (id: string) => string | undefined
}

/** With these faults, objects stay until a user does something: others do not wait for them. */
const STAYING: ReadonlySet<FaultCode> = new Set([
  'prune-disabled',
  'unproven-mark',
  'deletion-limit',
  'deletion-protected',
  'namespace-in-use',
  'hook-failed',
])

/** Deletions of an installation in their order: each begins when everything before it is gone. */
export interface Removal {
  /** Deletions that may be carried out together, step by step. */
  readonly steps: readonly (readonly DeletePlan[])[]
  /** What deletions of a step wait for now; the others may be carried out. */
  readonly waitsOf: (step: readonly DeletePlan[]) => ReadonlyMap<DeletePlan, WaitPlan>
}

/**
 * Orders the deletions of an installation: by waves and kinds as placesOf says, after everything that leaves
 * installations that depend on it, and after what of others its Namespaces and definitions contain. What is
 * live alone decides, so that a restart goes on where it was.
 *
 * @param plans all plans of the round
 * @param deletions those that no gate holds
 */
export async function orderRemoval(
  work: Work,
  plans: readonly ObjectPlan[],
  deletions: readonly DeletePlan[],
  declared: DesiredState,
  options: RemovalOptions,
): Promise<Removal> {
  const own = ownLeaving(work, plans, declared, options)
  const places = placesOf(own)
  const placeOf = ({ live }: DeletePlan) => places.get(live) ?? LAST
  const { dependent, contained } = await othersBefore(work, own, declared, options)
  const firstOf = (others: readonly Leaving[]) => firstThere(others, options.cache)
  return {
    steps: stepsOf(deletions, placeOf),
    waitsOf: (step) => {
      const [plan] = step
      if (plan === undefined) return new Map()
      const place = placeOf(plan)
      if (place === FIRST) return new Map()
      const before = [...places].filter(([, other]) => comparePlaces(other, place) < 0)
      const first = firstOf(dependent) ?? firstOf(before.map(([live]) => ({ live })))
      return new Map(
        step.flatMap((each) => {
          const awaited = first ?? firstOf(contained.filter(({ isBefore }) => isBefore(each.live)))
          return awaited ? [[each, waitFor(each, awaited, options)] as const] : []
        }),
      )
    },
  }
}

/** An object that is to be gone first. */
interface Leaving {
  readonly live: LiveObject
  /** Id of its installation, if that is another one. */
  readonly installation?: string
}

function stepsOf(
  deletions: readonly DeletePlan[],
  placeOf: (plan: DeletePlan) => Place,
): readonly (readonly DeletePlan[])[] {
  const steps = Map.groupBy(deletions, (plan) => `${placeOf(plan).wave} ${placeOf(plan).rank}`)
  return [...steps.values()]
    .flatMap((step) => step.slice(0, 1).map((first) => ({ step, place: placeOf(first) })))
    .sort((one, other) => comparePlaces(one.place, other.place))
    .map(({ step }) => step)
}

/** The first that is there, as it is now; one that is being deleted rather than one that waits, too. */
function firstThere(leaving: readonly Leaving[], cache: LiveCache): Leaving | undefined {
  let first: Leaving | undefined
  for (const { live: known, ...rest } of leaving) {
    const live = cache.get(idOf(keyOf(known)))
    if (live?.metadata.uid !== known.metadata.uid) continue
    if (isBeingDeleted(live)) return { live, ...rest }
    first ??= { live, ...rest }
  }
  return first
}

/** Objects of the installation that are being deleted although Git does not declare them. */
export function beingRemoved(
  { id }: Pick<Work, 'id'>,
  declared: DesiredState,
  { cache, proofs }: Pick<RemovalOptions, 'cache' | 'proofs'>,
): readonly LiveObject[] {
  return leavingOf(id, declared, { cache, proofs }).filter(isBeingDeleted)
}

function waitFor({ key }: DeletePlan, { live, ...other }: Leaving, { nameOf }: RemovalOptions): WaitPlan {
  const { finalizers = [] } = live.metadata
  const installation = other.installation && (nameOf(other.installation) ?? other.installation)
  const owner = installation === undefined ? '' : ` of installation ${installation}`
  const held =
    isBeingDeleted(live) && finalizers.length > 0 ? `, which waits for ${finalizers.join(', ')}` : ''
  const reason = `${describeKey(keyOf(live))}${owner} to be gone${held}`
  return {
    action: 'wait',
    key,
    reason,
    isForGone: true,
    ...(installation !== undefined && { on: installation }),
  }
}

function ownLeaving(
  work: Work,
  plans: readonly ObjectPlan[],
  declared: DesiredState,
  options: RemovalOptions,
): readonly LiveObject[] {
  const planned = plans.flatMap((plan) => (isLeaving(plan, declared) ? plan.live : []))
  return [...planned, ...beingRemoved(work, declared, options)]
}

function isLeaving(
  plan: ObjectPlan,
  { claims }: DesiredState,
): plan is ObjectPlan & { readonly live: LiveObject } {
  if (plan.action === 'delete') return true
  if (plan.action !== 'blocked' || plan.live === undefined) return false
  return !claims.has(idOf(plan.key)) && !STAYING.has(plan.fault.code)
}

/** Objects with an installation's label that leave it, as far as is known. */
function leavingOf(
  id: string,
  { claims }: DesiredState,
  { cache, proofs }: Pick<RemovalOptions, 'cache' | 'proofs'>,
): readonly LiveObject[] {
  return ownedBy(id, cache).filter((live) => !claims.has(idOf(keyOf(live))) && isGoing(live, proofs))
}

/** Objects of others that are to be gone first. */
interface OthersBefore {
  /** Before everything of this installation. */
  readonly dependent: readonly Leaving[]
  /** Before some of its objects. */
  readonly contained: readonly (Leaving & { readonly isBefore: (live: LiveObject) => boolean })[]
}

async function othersBefore(
  { id, head }: Work,
  own: readonly LiveObject[],
  declared: DesiredState,
  options: RemovalOptions,
): Promise<OthersBefore> {
  const leaving = (other: string) =>
    leavingOf(other, declared, options).map((live) => ({ live, installation: other }))
  // One that stays goes on for those that leave: it holds nothing back but what they are in.
  const dependencies = declared.names.has(id) ? NONE : await dependenciesOf(id, declared, head, options)
  const dependents = dependentsOf(id, dependencies)
  const containers = own.filter(isContainer)
  if (containers.length === 0) return { dependent: [...dependents].flatMap(leaving), contained: [] }
  // What this installation depends on goes after it anyway.
  const passed = new Set([id, ...dependents, ...reachableFrom(id, dependencies)])
  const others = [...options.cache.installations()].filter((other) => !passed.has(other))
  return {
    dependent: [...dependents].flatMap(leaving),
    contained: others.flatMap(leaving).flatMap((each) => {
      const around = containers.filter((container) => isInside(each.live, container))
      const isBefore = (mine: LiveObject) => around.includes(mine) || isWorkloadOf(mine, around)
      return around.length > 0 ? [{ ...each, isBefore }] : []
    }),
  }
}

const NONE: Dependencies = new Map()

/** Dependencies of the installations that Git no longer declares, as it declared them last. */
function dependenciesOf(
  id: string,
  { names }: DesiredState,
  head: string,
  { cache, lastDeclarations }: RemovalOptions,
): Promise<Dependencies> {
  const removed = [...cache.installations()].filter((other) => other !== id && !names.has(other))
  if (removed.length === 0) return Promise.resolve(NONE)
  return lastDeclarations.dependencies([id, ...removed], (other) => ownedBy(other, cache)[0], head)
}

/** Whether it may act on the custom resources of a definition that goes with it: an operator. */
function isWorkloadOf(live: LiveObject, around: readonly LiveObject[]): boolean {
  const stage = removalStageOf(keyOf(live))
  return (
    (stage === 'workloads' || stage === 'resources') &&
    around.some((container) => removalStageOf(keyOf(container)) === 'definitions')
  )
}
