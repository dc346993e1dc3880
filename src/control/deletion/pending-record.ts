import type { PendingDeletion } from '../../model/deletion.ts'
import { writeJson } from '../../model/json.ts'
import { formatRevision } from '../../stages/plan/applied.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'

const PURPOSE = 'reeve.dev/deletion'

/** As it is recorded, sealed: others may write to the status branch. */
export function sealedDeletion(
  name: string,
  deletion: Omit<PendingDeletion, 'seal'>,
  sealer: Sealer | undefined,
): PendingDeletion {
  return { ...deletion, ...(sealer && { seal: sealer.digest(textOf(name, deletion), PURPOSE) }) }
}

/** Whether Reeve recorded it. */
export function isSealed(name: string, { seal, ...deletion }: PendingDeletion, sealer: Sealer): boolean {
  return seal !== undefined && sealer.isDigest(seal, textOf(name, deletion), PURPOSE)
}

function textOf(name: string, deletion: Omit<PendingDeletion, 'seal'>): string {
  const { since, until, declaredAt, revision, isAllowed = false, isGoing = false } = deletion
  return writeJson([name, since, until, declaredAt, formatRevision(revision), isAllowed, isGoing])
}
