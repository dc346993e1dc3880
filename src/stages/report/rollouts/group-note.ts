import type { GroupTransition } from './group-statuses.ts'

/** A line of a status commit about a group; undefined where nothing changed that people follow. */
export function groupNote({ name, before, after }: GroupTransition): string | undefined {
  if (after === undefined) return `${name}: no rollout any more`
  const isSame = before?.state === after.state && before.digest === after.digest
  if (isSame && (after.state === 'moving' || before.waits === after.waits)) return undefined
  const at = after.commit === '' ? 'at nothing yet' : `at ${after.commit.slice(0, 7)}`
  const moved = `${after.moved} of ${after.members}`
  const why = after.waits === undefined ? '' : `: ${after.waits}`
  return `${name}: ${after.state} ${at}, ${moved} moved${why}`
}
