import { isDeepStrictEqual } from 'node:util'
import { contained, type OnUnforeseen } from '../../model/contained.ts'
import type { Fault } from '../../model/fault.ts'
import type { Installation, ResolvedObject } from '../../model/installation.ts'
import {
  type GroupVersionKind,
  gvkOf,
  idOf,
  type KubernetesObject,
  type ObjectId,
} from '../../model/object.ts'
import type { BlockedPlan } from '../../model/plan.ts'
import type { Revision } from '../../model/revision.ts'
import { NO_RULES, type Rules } from '../../model/rules.ts'
import type { Kinds } from '../../model/schema.ts'
import { allSecrets, type Secrets } from '../../model/secrets.ts'
import { installWaveOf, waveOf } from '../../model/wave.ts'
import { distinctKinds, kindsIn } from '../../stages/live/schemas.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import type { Fleet } from './fleet.ts'

/** An installation at the commit that it is kept at: the head, or the last one without faults. */
export interface Member {
  readonly name: string
  readonly id: string
  /** As the head's commit declares it. With any faults, it is held where it was. */
  readonly head: Installation
  /** What `objects` are rendered from: the head, or the last commit without faults where it is known. */
  readonly kept: Held | undefined
  /** The kinds that it was resolved against. */
  readonly kinds: Kinds
  readonly objects: ReadonlyMap<ObjectId, ResolvedObject>
  /** Of these, each once. */
  readonly objectKinds: readonly GroupVersionKind[]
  /** Why it is not moved to the head, though that has no faults: what the API server would refuse there. */
  readonly refused: readonly Fault[]
  /** What can't be planned whatever the cluster holds: unknown kinds, misplaced namespaces. */
  readonly blocked: readonly BlockedPlan[]
  /** The waves of all that it keeps. */
  readonly waves: ReadonlySet<number>
  /** All that it declares, also at a head with faults: none of it is pruned from another. */
  readonly claims: readonly ObjectId[]
  /** All that was decrypted for it, also for what it was before: what runs may still tell of that. */
  readonly secrets?: Secrets
}

/** All members, and who declares which object. */
export interface Declared {
  /** By installation name. */
  readonly members: ReadonlyMap<string, Member>
  /** Installation names by id, the value of their objects' label. */
  readonly names: ReadonlyMap<string, string>
  /** Names of the installations that declare an object, sorted; more than one is a conflict. */
  readonly claims: ReadonlyMap<ObjectId, readonly string[]>
  /** The kinds of all that the members keep, each once. */
  readonly kinds: readonly GroupVersionKind[]
}

export interface Placement {
  readonly kinds: Kinds
  /** Of namespaced objects that name none. */
  readonly namespace: string
}

/** An installation at a revision. */
export interface Held {
  readonly installation: Installation
  readonly revision: Revision
}

/**
 * @param head the installation as the head's commit declares it
 * @param kept what it is kept at: the same where the head has no faults
 * @param before what was decrypted for it earlier
 * @param refused why it is kept where it is, where the head itself has no faults
 */
export function memberOf(
  head: Installation,
  kept: Held | undefined,
  placement: Placement,
  before?: Secrets,
  refused: readonly Fault[] = [],
): Member {
  const { kinds, namespace } = placement
  const rendered = kept && resolve(kept.installation, kinds, { namespace })
  const atHead = kept?.installation === head ? rendered : resolve(head, kinds, { namespace })
  const objects = new Map((rendered?.objects ?? []).map((object) => [idOf(object.key), object]))
  const blocked = rendered?.blocked ?? []
  const secrets = allSecrets(before, head.secrets, kept?.installation.secrets)
  const claims = [...(atHead?.objects ?? []), ...(atHead?.blocked ?? [])].map(({ key }) => idOf(key))
  return {
    name: head.name,
    id: head.id,
    head,
    kept,
    refused,
    kinds,
    objects,
    objectKinds: [...kindsIn([...objects.values()].map(({ object }) => object))],
    blocked,
    waves: new Set([...declaredWaves(objects.values()), ...blocked.map(({ wave = 0 }) => wave)]),
    claims: [...new Set([...claims, ...objects.keys()])],
    ...(secrets && { secrets }),
  }
}

export interface MemberParts {
  readonly head: Installation
  readonly kept: Held | undefined
  readonly placement: Placement
  /** As it was known until now. */
  readonly known: Member | undefined
  /** Why it is kept where it is, where the head itself has no faults. */
  readonly refused?: readonly Fault[]
  readonly onUnforeseen: OnUnforeseen
}

/** The same, where an error that was not foreseen is a fault of the installation: it stays as it was known. */
export function containedMember(parts: MemberParts): Member {
  const { head, kept, placement, known, refused, onUnforeseen } = parts
  const { kinds } = placement
  const instead = (found: Fault): Member => {
    const faulty = { ...head, objects: [], faults: [...head.faults, found] }
    return known ? { ...known, head: faulty, kinds } : memberOf(faulty, undefined, placement)
  }
  const unit = { what: `the installation ${head.name}`, instead, onUnforeseen }
  return contained(unit, () => memberOf(head, kept, placement, known?.secrets, refused))
}

/** What counts of an installation: the head, or what it is held at while that has faults. */
export function standingFor(member: Member): Installation {
  return isHeld(member) && member.kept ? member.kept.installation : member.head
}

/** What keeps it from being moved to the head. */
export function faultsOf({ head, refused }: Pick<Member, 'head' | 'refused'>): readonly Fault[] {
  return refused.length === 0 ? head.faults : [...head.faults, ...refused]
}

export function isHeld(member: Pick<Member, 'head' | 'refused'>): boolean {
  return member.head.faults.length + member.refused.length > 0
}

/** The same, with one member in place of what it was. */
export function declaredWith(declared: Declared, member: Member): Declared {
  const members = [...declared.members.values()].map((known) => (known.name === member.name ? member : known))
  return declaredBy(members, declared)
}

/** What no message about an installation may hold. */
export function secretsOf({ members }: Declared, name: string): Secrets | undefined {
  return members.get(name)?.secrets
}

/** The rules of an installation's own, as of the commit that it is kept at. */
export function rulesOf(member: Member | undefined): Rules {
  return member?.kept?.installation.rules ?? NO_RULES
}

function declaredWaves(objects: Iterable<ResolvedObject>): readonly number[] {
  return [...objects].flatMap(({ object }) => [waveOf(object), installWaveOf(object)])
}

/** @param before what was declared until now: what no member makes another is taken over */
export function declaredBy(members: readonly Member[], before?: Declared): Declared {
  const byName = new Map(members.map((member) => [member.name, member]))
  const isAsBefore =
    byName.size === before?.members.size && members.every((member) => declaresTheSame(member, before))
  if (before && isAsBefore) return { ...before, members: byName }
  const names = new Map(members.map(({ id, name }) => [id, name]))
  const claims = new Map<ObjectId, string[]>()
  for (const member of members) {
    for (const id of member.claims) {
      const others = claims.get(id)
      if (others) others.push(member.name)
      else claims.set(id, [member.name])
    }
  }
  for (const names of claims.values()) if (names.length > 1) names.sort()
  const kinds = [...distinctKinds(members.flatMap(({ objectKinds }) => objectKinds))]
  return { members: byName, names, claims, kinds }
}

/** Whether a member declares the objects and kinds that it did, whatever is in them. */
function declaresTheSame(member: Member, { members }: Declared): boolean {
  const before = members.get(member.name)
  if (before === member) return true
  const { id, claims, objectKinds } = member
  return isDeepStrictEqual([id, claims, objectKinds], [before?.id, before?.claims, before?.objectKinds])
}

/** The CustomResourceDefinitions that a fleet declares. */
export function crdsIn({ made }: Fleet): readonly KubernetesObject[] {
  const declaring = [...made.values()].filter(({ kinds }) => kinds.some(isCrd))
  return declaring.flatMap(({ installation }) =>
    installation.objects.map(({ object }) => object).filter((object) => isCrd(gvkOf(object))),
  )
}

function isCrd({ group, kind }: GroupVersionKind): boolean {
  return kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io'
}
