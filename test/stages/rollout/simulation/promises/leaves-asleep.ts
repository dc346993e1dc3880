import type { Promised } from '../step.ts'
import { digestAt, movedIn } from './moved.ts'

/**
 * What is to sleep is put to sleep at once, as long as something of it may; what sleeps takes nothing but what it says
 * itself, unless that must come together with what it inherits; and nothing else is put to sleep.
 */
export const leavesAsleep: Promised = (step) => [
  ...movedIn(step).flatMap(({ move: { kind, member: name, inherited }, member: { at, sleep } }) => {
    const sleeps = sleep === 'falling' || sleep === 'asleep'
    if (sleeps !== (kind === 'sleep')) return [`${name} moves (${kind}) although it is ${sleep ?? 'awake'}`]
    if (!sleeps || at === undefined || step.view.harm(name, at) !== undefined) return []
    const stays = at.group === inherited.group && at.digest === digestAt(step, at.group, inherited.commit)
    return stays ? [] : [`${name} goes to ${inherited.commit} in its sleep`]
  }),
  ...[...step.view.members.values()].flatMap(({ name, sleep, at }) => {
    const isLate = sleep === 'falling' && at !== undefined && step.view.harm(name, at) === undefined
    const isMoved = step.decision.moves.some(({ member }) => member === name)
    return isLate && !isMoved ? [`${name} does not fall asleep`] : []
  }),
]
