import type { Fault } from '../../model/fault.ts'
import { idOf } from '../../model/object.ts'
import type { Outcome } from '../../model/status.ts'
import { type Pace, retryDelay } from '../../support/concurrency/retry-delay.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { derivedIdOf, type Member } from '../fleet/member.ts'

/** Delays between attempts at one of the objects that could not be written; when it succeeds, all are tried. */
const RETRIES: Pace = { firstMs: 30_000, longestMs: 600_000 }

export interface DerivedDocumentsOptions {
  readonly log: Log
  /** Called with the names of installations to work on again. */
  readonly onRetry: (names: readonly string[]) => void
}

/** Keeps the faults of derived Installation objects out of their installations: Git does not ask for them. */
export class DerivedDocuments implements Disposable {
  readonly #options: DerivedDocumentsOptions
  /** Codes of faults that are already logged. */
  readonly #told = new Set<string>()
  /** Names of installations whose object could not be written. */
  readonly #lacking = new Set<string>()
  #failures = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: DerivedDocumentsOptions) {
    this.#options = options
  }

  /** The outcomes without that of the derived object; its fault is logged, each code once. */
  leaveOut(name: string, outcomes: readonly Outcome[], member: Member | undefined): readonly Outcome[] {
    const id = derivedIdOf(member)
    const own = id === undefined ? undefined : outcomes.find(({ key }) => idOf(key) === id)
    if (id === undefined) this.#lacking.delete(name)
    if (own === undefined) return outcomes
    if ('fault' in own) this.#noteFault(name, own.fault)
    else this.#noteThere(name)
    return outcomes.filter((outcome) => outcome !== own)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#lacking.clear()
  }

  #noteFault(name: string, problem: Fault): void {
    this.#lacking.add(name)
    if (!this.#told.has(problem.code)) {
      this.#told.add(problem.code)
      this.#options.log.warn(
        faultFields(problem),
        'installations without a document have no Installation object',
      )
    }
    this.#timer ??= setTimeout(() => this.#tryOne(), retryDelay(++this.#failures, RETRIES))
  }

  #noteThere(name: string): void {
    if (!this.#lacking.delete(name)) return
    this.#failures = 0
    const others = [...this.#lacking]
    if (others.length > 0) this.#options.onRetry(others)
  }

  #tryOne(): void {
    this.#timer = undefined
    const [name] = this.#lacking
    if (name !== undefined) this.#options.onRetry([name])
  }
}
