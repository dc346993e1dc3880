import { contained, type OnUnforeseen } from '../../model/contained.ts'
import type { Fault } from '../../model/fault.ts'
import type { Installation, ResolvedObject } from '../../model/installation.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { type GroupVersionKind, idOf, type ObjectId, type ObjectKey } from '../../model/object.ts'
import type { BlockedPlan } from '../../model/plan.ts'
import type { Revision } from '../../model/revision.ts'
import { NO_RULES, type Rules } from '../../model/rules.ts'
import type { Kinds } from '../../model/schema.ts'
import { allSecrets, type Secrets } from '../../model/secrets.ts'
import { installWaveOf, waveOf } from '../../model/wave.ts'
import { kindsIn } from '../../stages/live/schemas.ts'
import { resolve } from '../../stages/plan/resolve.ts'

/** An installation and its target. */
export interface Member {
  readonly name: string
  readonly id: string
  /** As the head of the branch declares it. If it has faults, the installation stays at its target. */
  readonly attempted: Installation
  /** Source of `objects`: the head, else the last good revision if known. */
  readonly target: Target | undefined
  /** Kinds that it was resolved against. */
  readonly kinds: Kinds
  readonly objects: ReadonlyMap<ObjectId, ResolvedObject>
  /** Its Installation object; undefined where the cluster does not serve the kind. */
  readonly document: ResolvedObject | undefined
  /** Kinds of `objects`, each once. */
  readonly objectKinds: readonly GroupVersionKind[]
  /** Refusals by the API server that keep it from moving to a head without faults of its own. */
  readonly refused: readonly Fault[]
  /** Objects that cannot be planned whatever the cluster holds: unknown kinds, misplaced namespaces. */
  readonly blocked: readonly BlockedPlan[]
  /** Waves of its objects, blocked ones included. */
  readonly waves: ReadonlySet<number>
  /**
   * Ids of everything that it declares, even at a head with faults or left alone, so that no installation
   * prunes them.
   */
  readonly claims: readonly ObjectId[]
  /** Secrets decrypted for it now or earlier: running objects may still show earlier ones. */
  readonly secrets?: Secrets
}

export interface Placement {
  readonly kinds: Kinds
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
}

/** An installation at a revision, as the target of a member. */
export interface Target {
  readonly installation: Installation
  readonly revision: Revision
  /** As Git declares it, where objects that are missing in the cluster are left out of `installation`. */
  readonly whole?: Installation
  /** Only what the hooks before its first sync may need. */
  readonly isPreparation?: true
}

/**
 * @param attempted the installation as the head declares it
 * @param target the installation to render, with its revision: `attempted` if the head has no faults
 * @param before secrets decrypted for it earlier
 * @param refused why it is held although the head itself has no faults
 */
export function memberOf(
  attempted: Installation,
  target: Target | undefined,
  placement: Placement,
  before?: Secrets,
  refused: readonly Fault[] = [],
): Member {
  const { kinds, namespace } = placement
  const rendered = target && resolve(target.installation, kinds, { namespace })
  const atHead = target?.installation === attempted ? rendered : resolve(attempted, kinds, { namespace })
  const objects = new Map((rendered?.objects ?? []).map((object) => [idOf(object.key), object]))
  const blocked = rendered?.blocked ?? []
  const secrets = allSecrets(
    before && isKept(before) ? before : undefined,
    attempted.secrets,
    target?.installation.secrets,
  )
  const { leftAlone = [] } = attempted
  const others =
    leftAlone.length > 0 ? resolve({ ...attempted, objects: leftAlone }, kinds, { namespace }) : undefined
  const claims = [atHead, others].flatMap((each) => [...(each?.objects ?? []), ...(each?.blocked ?? [])])
  return {
    name: attempted.name,
    id: attempted.id,
    attempted,
    target,
    refused,
    kinds,
    objects,
    document: rendered?.objects.find(({ key }) => isInstallation(key)),
    objectKinds: [...kindsIn([...objects.values()].map(({ object }) => object))],
    blocked,
    waves: new Set([...declaredWaves(objects.values()), ...blocked.map(({ wave = 0 }) => wave)]),
    claims: [...new Set([...claims.map(({ key }) => idOf(key)), ...objects.keys()])],
    ...(secrets && { secrets }),
  }
}

/** Maximum number of texts kept of earlier commits, so that they do not grow for ever. */
const MOST_KEPT = 5000

function isKept(before: Secrets): boolean {
  return before.reveal().size <= MOST_KEPT
}

export interface MemberParts {
  readonly attempted: Installation
  readonly target: Target | undefined
  readonly placement: Placement
  /** As it was known until now. */
  readonly known: Member | undefined
  /** Why it is held although the head itself has no faults. */
  readonly refused?: readonly Fault[]
  readonly onUnforeseen: OnUnforeseen
}

/** Like memberOf, but an unforeseen error becomes a fault; the installation then stays as it was known. */
export function containedMember(parts: MemberParts): Member {
  const { attempted, target, placement, known, refused, onUnforeseen } = parts
  const { kinds } = placement
  const instead = (found: Fault): Member => {
    const { objectName: _, ...declared } = attempted
    const faulty = { ...declared, objects: [], faults: [...attempted.faults, found] }
    return known ? { ...known, attempted: faulty, kinds } : memberOf(faulty, undefined, placement)
  }
  const unit = { what: `the installation ${attempted.name}`, instead, onUnforeseen }
  return contained(unit, () => memberOf(attempted, target, placement, known?.secrets, refused))
}

/** The installation in effect: at the head, or at its target while held. */
export function effectiveInstallation(member: Member): Installation {
  return isHeld(member) && member.target ? member.target.installation : member.attempted
}

/** Faults that keep it from moving to the head. */
export function faultsOf({ attempted, refused }: Pick<Member, 'attempted' | 'refused'>): readonly Fault[] {
  return refused.length === 0 ? attempted.faults : [...attempted.faults, ...refused]
}

export function isHeld(member: Pick<Member, 'attempted' | 'refused'>): boolean {
  return member.attempted.faults.length + member.refused.length > 0
}

/** Id of its Installation object if that is derived: Git does not ask for it, so that it may be missing. */
export function derivedIdOf(member: Member | undefined): ObjectId | undefined {
  const { document } = member ?? {}
  return document?.isDerived ? idOf(document.key) : undefined
}

/** An installation's own rules, at the revision of its target. */
export function rulesOf(member: Member | undefined): Rules {
  return member?.target?.installation.rules ?? NO_RULES
}

function isInstallation({ group, kind }: ObjectKey): boolean {
  return group === OWN_GROUP && kind === 'Installation'
}

function declaredWaves(objects: Iterable<ResolvedObject>): readonly number[] {
  return [...objects].flatMap(({ object }) => [waveOf(object), installWaveOf(object)])
}
