import type { Inherits } from '../../model/inherits.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'

/** What an installation is brought to. */
export interface Assignment extends Omit<Inherits, 'seal'> {
  /** Full id of a commit with what it says itself. */
  readonly ownCommit: string
}

const PURPOSE = 'reeve.dev/inherits'

/** As it is recorded, sealed: others may write to the status branch. */
export function recordOf(name: string, assignment: Assignment, sealer: Sealer | undefined): Inherits {
  const { ownCommit: _, ...inherits } = assignment
  return { ...inherits, ...(sealer && { seal: sealer.digest(textOf(name, inherits), PURPOSE) }) }
}

/** Whether Reeve recorded it. */
export function isSealed(name: string, { seal, ...inherits }: Inherits, sealer: Sealer): boolean {
  return seal !== undefined && sealer.isDigest(seal, textOf(name, inherits), PURPOSE)
}

function textOf(name: string, inherits: Omit<Inherits, 'seal'>): string {
  const { group, innermost, commit, digest, own, asleep } = inherits
  return JSON.stringify([name, group, innermost, commit, digest, own, ...(asleep ? ['asleep'] : [])])
}
