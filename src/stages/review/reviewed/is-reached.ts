import type { Transition } from '../cluster-review.ts'

type Step = Pick<Transition, 'from' | 'to'>

export interface ReachOptions {
  /** Of the installation, by the merged reviews that count. */
  readonly steps: readonly Step[]
  /** Whether a commit accepts a step by its digest. */
  readonly accepts: (from: string, to: string) => boolean
}

/** Whether reviewed and accepted steps lead from one declaration of an installation to another, in any number. */
export function isReached(from: string, to: string, { steps, accepts }: ReachOptions): boolean {
  const known = [...new Set([to, ...steps.flatMap((step) => [step.from, step.to])])]
  const reached = new Set([from])
  for (const state of reached) {
    if (state === to) return true
    for (const next of known) {
      if (reached.has(next)) continue
      if (steps.some((step) => step.from === state && step.to === next) || accepts(state, next))
        reached.add(next)
    }
  }
  return false
}
