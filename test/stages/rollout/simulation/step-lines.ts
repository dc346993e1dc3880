import { describeWait } from '../../../../src/stages/rollout/describe-wait.ts'
import type { Step } from './step.ts'

/** A step in some lines, for people who look for what went wrong in a run. */
export function stepLines({ view, decision }: Step): readonly string[] {
  const { line, now } = view
  const moves = decision.moves.map(
    ({ member, kind, inherited, wasUnavailable }) =>
      `${member} ${kind}${wasUnavailable ? ' (ill)' : ''} → ${inherited.group} ${inherited.commit}`,
  )
  const groups = [...decision.groups].map(([name, { record, failure, missing, wait }]) => {
    const { at, wellSince, proofs, moves: started } = record
    const well = wellSince === undefined ? `${missing.length} missing` : `well for ${now - wellSince}`
    const proven = proofs.map(({ commit, soaked }) => `${commit}:${soaked}`).join()
    const why = failure ?? (wait ? describeWait(wait) : 'head')
    return `  ${name} ${at.commit} "${at.digest}" ${well}; ${started.size} moves; proofs ${proven}; ${why}`
  })
  return [
    `${new Date(now).toISOString()} ${line.at(-1)?.commit}: ${moves.join(', ') || 'nothing moves'}`,
    ...groups,
  ]
}
