import type { Fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { idOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import type { Member } from '../fleet/member.ts'
import type { Unresolved } from './hold-deletions.ts'
import { runOf } from './job-runs.ts'

export interface Knowledge {
  readonly live: (id: ObjectId) => LiveObject | undefined
  readonly record: (name: string) => InstallationStatus | undefined
  /** Why an object of an installation is not as declared, if that is known. */
  readonly faultOf: (name: string, id: ObjectId) => Fault | undefined
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
}

/** Objects of others are never applied, and replace nothing of Reeve's. */
const FOREIGN: ReadonlySet<FaultCode> = new Set(['not-owned', 'owned-elsewhere'])

/**
 * Declared objects of an installation that are not applied: missing, or not as declared now. Of one that is
 * held with faults, those that its head declares; its documents may declare more than can be read.
 */
export function unresolvedOf(member: Member, knowledge: Knowledge): readonly Unresolved[] {
  const { name, attempted, target, kinds } = member
  const isHeld = target?.installation !== attempted
  const { objects, blocked } = isHeld
    ? resolve(attempted, kinds, knowledge)
    : { objects: [...member.objects.values()], blocked: member.blocked }
  const known = { record: knowledge.record(name), live: knowledge.live }
  const missing = objects
    .filter((object) => {
      if (object.isDerived) return false
      const live = knowledge.live(idOf(object.key))
      if (live === undefined) return runOf(object, member, known) === undefined
      return appliedOf(live)?.digest !== object.digest
    })
    .map(({ key, digest }) => ({ key, digest, fault: knowledge.faultOf(name, idOf(key)) }))
    .filter(({ fault }) => fault === undefined || !isForeign(fault))
  const unknown = blocked.map(({ key, fault }) => ({ key, digest: undefined, fault }))
  return [...missing, ...unknown, ...unreadDocuments(member)]
}

export function isForeign({ code }: Fault): boolean {
  return FOREIGN.has(code)
}

/** Documents with faults stand for everything that they may declare, which is unknown. */
export function unreadDocuments({ name, attempted }: Member): readonly Unresolved[] {
  const key = { group: OWN_GROUP, kind: 'Installation', namespace: '', name }
  return attempted.faults.length > 0 ? [{ key, digest: undefined }] : []
}
