import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Inherits } from '../../model/inherits.ts'
import { revisionAt } from '../../model/revision.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Composed, Compositions } from '../fleet/compositions.ts'
import type { Assignment } from './assignment.ts'
import type { AssignmentRecords } from './assignment-records.ts'
import type { ComposeMembers } from './compose-members.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

export interface MemberCompositionsOptions {
  readonly head: RolloutHead
  /** Of what is inherited at the head, by group. */
  readonly digests: ReadonlyMap<string, string>
  readonly assignments: ReadonlyMap<string, Assignment>
  /** Whether it is known what earlier processes brought members to. */
  readonly isRestored: boolean
  readonly compose: ComposeMembers
  readonly records: AssignmentRecords
  readonly sealer: Sealer | undefined
}

export interface MemberCompositions extends Omit<Compositions, 'waits'> {
  /** Why some are not known yet; undefined where all are. */
  readonly unknown?: Fault
}

/** What all members are made from. One that nothing brought anywhere yet is not there yet. */
export async function memberCompositions(options: MemberCompositionsOptions): Promise<MemberCompositions> {
  const { head, digests, assignments, isRestored, compose, records, sealer } = options
  const composed = new Map<string, Composed | 'absent'>()
  const inherits = new Map<string, Inherits>()
  for (const [name, assignment] of assignments)
    if (assignment.group !== '') inherits.set(name, records.of(name, assignment, sealer))
  compose.noteHead(head, digests)
  const others: Promise<void>[] = []
  let unknown: Fault | undefined
  for (const member of head.members.values()) {
    const { name } = member
    const assignment = assignments.get(name)
    if (assignment === undefined) {
      const one = absence(member, head, isRestored)
      if (one) composed.set(name, one)
    } else if (!compose.isAtHead(member, assignment)) {
      others.push(
        compositionOf(member, assignment, compose).then((made) => {
          const one = 'code' in made ? faulty(member, head, made) : made
          if ('code' in made) unknown ??= made
          if (one) composed.set(name, one)
        }),
      )
    }
  }
  await Promise.all(others)
  return { composed, inherits, ...(unknown && { unknown }) }
}

function absence(
  member: HeadMember,
  head: RolloutHead,
  isRestored: boolean,
): Composed | 'absent' | undefined {
  if (!isRestored) return faulty(member, head, fault('rollout-unknown', member.group))
  return member.isLeftOut ? undefined : 'absent'
}

/** One whose commits cannot be had is held at what is applied. */
async function compositionOf(
  member: HeadMember,
  assignment: Assignment,
  compose: ComposeMembers,
): Promise<Composed | Fault> {
  try {
    const made = await compose.of(member, assignment)
    return made === 'gone' ? fault('rollout-commit-gone', assignment.commit.slice(0, 12)) : made
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return error.fault
  }
}

/** As the head declares it, with a fault: it stays as it is. */
function faulty({ name }: HeadMember, { tree, commit }: RolloutHead, found: Fault): Composed | undefined {
  const declared = tree.tree.declarations.get(name)
  if (declared === undefined) return undefined
  const { declaration } = declared
  const { location } = declaration
  const faults = [...declaration.faults, { ...found, ...(location && { location }) }]
  return {
    declared: { ...declared, declaration: { ...declaration, faults } },
    templatesOf: declaration.templates.map(() => tree),
    revision: revisionAt(commit),
  }
}
