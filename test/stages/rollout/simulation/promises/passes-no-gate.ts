import type { MoveKind } from '../../../../../src/stages/rollout/group-record.ts'
import type { GroupView } from '../../../../../src/stages/rollout/rollout-view.ts'
import type { Promised, Step } from '../step.ts'
import { commitOf, isForced, movedIn } from './moved.ts'

/**
 * Nothing moves in a pause, in a freeze or outside the windows of a group around it, unless that group is forced,
 * which a pause withstands. What goes back heeds pauses alone, what is new or wakes heeds freezes alone, and what falls
 * asleep heeds nothing.
 */
export const passesNoGate: Promised = (step) =>
  movedIn(step).flatMap(({ move, chain }) =>
    chain.flatMap((group) => {
      const gate = closedFor(move.kind, group, isForced(step, group, commitOf(step, move)), step)
      return gate === undefined ? [] : [`${move.member} moves (${move.kind}) in ${gate} of ${group.name}`]
    }),
  )

function closedFor(
  kind: MoveKind,
  { name, rollout }: GroupView,
  isForcedBy: boolean,
  { view, truth }: Step,
): string | undefined {
  const isFrozen = rollout.freeze !== undefined && view.now < rollout.freeze.until
  if (kind === 'sleep') return undefined
  if (kind === 'new' || kind === 'wake') return isFrozen ? 'a freeze' : undefined
  if (rollout.paused) return 'a pause'
  if (kind === 'back' || isForcedBy) return undefined
  if (isFrozen) return 'a freeze'
  return truth.isWindowOpen(name) ? undefined : 'a closed window'
}
