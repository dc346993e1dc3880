import type { Fault } from '../../model/fault.ts'
import { idOf } from '../../model/object.ts'
import type { Outcome } from '../../model/status.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { derivedIdOf, type Member } from '../fleet/member.ts'

/** Keeps the faults of derived Installation objects out of their installations: Git does not ask for them. */
export class DerivedDocuments {
  readonly #log: Log
  /** Codes of faults that are already logged. */
  readonly #told = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** The outcomes without that of the derived object; its fault is logged, each code once. */
  leaveOut(outcomes: readonly Outcome[], member: Member | undefined): readonly Outcome[] {
    const id = derivedIdOf(member)
    const own = id === undefined ? undefined : outcomes.find(({ key }) => idOf(key) === id)
    if (own === undefined) return outcomes
    if ('fault' in own) this.#tellOnce(own.fault)
    return outcomes.filter((outcome) => outcome !== own)
  }

  #tellOnce(problem: Fault): void {
    if (this.#told.has(problem.code)) return
    this.#told.add(problem.code)
    this.#log.warn(faultFields(problem), 'installations without a document have no Installation object')
  }
}
