import { isDeepStrictEqual } from 'node:util'
import { isCrd } from '../../model/crd.ts'
import { type GroupVersionKind, gvkOf, type KubernetesObject, type ObjectId } from '../../model/object.ts'
import type { Secrets } from '../../model/secrets.ts'
import { distinctKinds } from '../../stages/live/schemas.ts'
import type { Fleet } from './fleet.ts'
import type { Member } from './member.ts'

/** All members, and which installations declare each object. */
export interface DesiredState {
  /** By installation name. */
  readonly members: ReadonlyMap<string, Member>
  /** Installation names by id, the value of their objects' label. */
  readonly names: ReadonlyMap<string, string>
  /** Names of the installations that declare an object, sorted; more than one is a conflict. */
  readonly claims: ReadonlyMap<ObjectId, readonly string[]>
  /** Kinds of the members' objects, each once. */
  readonly kinds: readonly GroupVersionKind[]
}

/** @param before the previous state, whose claims and kinds are reused if no member changes them */
export function desiredStateOf(members: readonly Member[], before?: DesiredState): DesiredState {
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

/** Whether a member declares the same objects and kinds as before, whatever their content. */
function declaresTheSame(member: Member, { members }: DesiredState): boolean {
  const before = members.get(member.name)
  if (before === member) return true
  const { id, claims, objectKinds } = member
  return isDeepStrictEqual([id, claims, objectKinds], [before?.id, before?.claims, before?.objectKinds])
}

/** Replaces the member of that name. */
export function desiredStateWith(declared: DesiredState, member: Member): DesiredState {
  const members = [...declared.members.values()].map((known) => (known.name === member.name ? member : known))
  return desiredStateOf(members, declared)
}

/** Secrets to redact from messages about an installation. */
export function secretsOf({ members }: DesiredState, name: string): Secrets | undefined {
  return members.get(name)?.secrets
}

/** The kinds of all objects that a fleet declares, each once. */
export function kindsDeclaredBy({ made }: Fleet): readonly GroupVersionKind[] {
  return [...distinctKinds([...made.values()].flatMap(({ kinds }) => kinds))]
}

/** The CustomResourceDefinitions that a fleet declares. */
export function crdsIn({ made }: Fleet): readonly KubernetesObject[] {
  const declaring = [...made.values()].filter(({ kinds }) => kinds.some(isCrd))
  return declaring.flatMap(({ installation }) =>
    installation.objects.map(({ object }) => object).filter((object) => isCrd(gvkOf(object))),
  )
}
