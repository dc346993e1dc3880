import type { Change, InstallationStatus } from '../../model/status.ts'

/** Maximum number of different changes in a record. */
const LISTED = 500

/** Writes to the objects of one installation. */
export type Changes = Pick<InstallationStatus, 'changes' | 'moreChanges'>

export const NO_CHANGES: Changes = { changes: [] }

/** Adds writes to changes: equal ones are counted, and those beyond the maximum are a number only. */
export function withWrites(before: Changes, writes: readonly Change[]): Changes {
  let more = before.moreChanges ?? 0
  if (writes.length === 0) return { changes: before.changes, ...(more > 0 && { moreChanges: more }) }
  const listed = new Map(before.changes.map((change) => [identity(change), change]))
  for (const write of writes) {
    const id = identity(write)
    const known = listed.get(id)
    if (known === undefined && listed.size >= LISTED) more += timesOf(write)
    else if (known === undefined) listed.set(id, write)
    else listed.set(id, { ...write, times: timesOf(known) + timesOf(write) })
  }
  return { changes: [...listed.values()], ...(more > 0 && { moreChanges: more }) }
}

/** Adds the changes of two times. */
export function bothChanges(before: Changes, after: Changes): Changes {
  const { changes, moreChanges = 0 } = withWrites(before, after.changes)
  const more = moreChanges + (after.moreChanges ?? 0)
  return { changes, ...(more > 0 && { moreChanges: more }) }
}

/** Number of writes that a change stands for. */
export function timesOf({ times = 1 }: Change): number {
  return times
}

/** Drift is the same whichever commit is current. */
function identity({ object, action, reason, fields, from, commit }: Change): string {
  return JSON.stringify([object, action, reason, fields, from, reason === 'drift' ? undefined : commit])
}

export function isEmpty({ changes, moreChanges }: Changes): boolean {
  return changes.length === 0 && moreChanges === undefined
}

/** Those changes that a status does not have, if it lists all that it has: others cannot be told from them. */
export function unlisted({ changes }: Changes, status: Changes): Changes {
  if (status.moreChanges !== undefined) return NO_CHANGES
  const ids = new Set(status.changes.map(identity))
  return { changes: changes.filter((change) => !ids.has(identity(change))) }
}
