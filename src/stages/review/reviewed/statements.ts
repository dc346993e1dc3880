import type { Transition } from '../cluster-review.ts'

/** What a seal of a review is about, besides the transitions. */
export interface ReviewStatement {
  /** Name of the Repository. */
  readonly repository: string
  readonly cluster: string
  /** Name of the change. */
  readonly change: string
  /** Full id of its newest commit. */
  readonly head: string
  readonly transitions: readonly Transition[]
}

/** The text that is sealed of a change that was planned: no plan of another change, or commit, can stand in for it. */
export function plannedStatement(statement: ReviewStatement): string {
  return JSON.stringify(['planned', ...partsOf(statement)])
}

/** The same of a change that is merged. */
export function mergedStatement(statement: ReviewStatement, commit: string): string {
  return JSON.stringify(['merged', commit, ...partsOf(statement)])
}

/** The text of which the digest is made that `Reeve-Accept-Plan` names: it is that of one transition alone. */
export function acceptedStatement(repository: string, { name, from, to }: Transition): string {
  return JSON.stringify(['accepted', repository, name, from, to])
}

/** The text of which the digest of a declaration is made. */
export function stateStatement(repository: string, state: string): string {
  return JSON.stringify(['state', repository, state])
}

function partsOf({ repository, cluster, change, head, transitions }: ReviewStatement) {
  const told = transitions.map(({ name, from, to }) => [name, from, to])
  return [repository, cluster, change, head, told]
}
