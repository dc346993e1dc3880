import type { DesiredState } from '../fleet/desired-state.ts'
import { isHeld, type Member } from '../fleet/member.ts'

/**
 * Installations that declare objects they did not declare before, until all of them are applied: each may be
 * the successor of objects that Git no longer declares elsewhere. At a start, that is every installation.
 */
export class Newcomers {
  readonly #names = new Set<string>()

  /** Notes how a commit, or newly served kinds, changed the fleet. */
  note(before: DesiredState, after: DesiredState): void {
    for (const [name, member] of after.members)
      if (declaresMore(member, before.members.get(name))) this.#names.add(name)
  }

  /** Those that still exist and have unapplied objects. */
  *of({ members }: DesiredState, hasUnresolved: (member: Member) => boolean): Iterable<Member> {
    for (const name of this.#names) {
      const member = members.get(name)
      if (member && hasUnresolved(member)) yield member
      else this.#names.delete(name)
    }
  }
}

function declaresMore(member: Member, before: Member | undefined): boolean {
  if (member === before) return false
  const known = new Set(before?.claims ?? [])
  return member.claims.some((id) => !known.has(id)) || isHeld(member)
}
