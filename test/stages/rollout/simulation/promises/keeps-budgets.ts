import { amountOf } from '../../../../../src/model/rollout.ts'
import type { Promised } from '../step.ts'
import { movedIn } from './moved.ts'

/** No move of an available member makes more members unavailable than a group around it allows. */
export const keepsBudgets: Promised = (step) => {
  const { view, decision, truth } = step
  const moved = movedIn(step).filter(({ move }) => !move.wasUnavailable && move.kind !== 'sleep')
  if (moved.length === 0) return []
  const started = new Set(moved.map(({ move }) => move.member))
  const names = new Set(moved.flatMap(({ chain }) => chain.map(({ name }) => name)))
  const all = new Map<string, { members: number; moving: number }>()
  for (const { name, group, sleep } of view.members.values()) {
    if (sleep === 'falling' || sleep === 'asleep') continue
    const isMoving = started.has(name) || truth.isDisrupted(name)
    for (const around of [group, ...(view.groups.get(group)?.around ?? [])]) {
      const { members, moving } = all.get(around) ?? { members: 0, moving: 0 }
      all.set(around, { members: members + 1, moving: moving + Number(isMoving) })
    }
  }
  return [...names].flatMap((name) => {
    const { members, moving } = all.get(name) ?? { members: 0, moving: 0 }
    const rollout = view.groups.get(name)?.rollout
    const most = rollout ? Math.max(1, amountOf(rollout.maxUnavailable, members)) : 0
    const names = decision.moves.map(({ member }) => member).slice(0, 3)
    return moving > most ? [`${moving} of ${name} are unavailable and ${most} may be: ${names}`] : []
  })
}
