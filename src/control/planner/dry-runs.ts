import type { DryRun } from '../../model/plan.ts'

/** How many writes of one plan the API server was shown, and what it said where the account may not. */
export class DryRuns {
  #shown = 0
  #reason: string | undefined

  noteShown(): void {
    this.#shown++
  }

  noteForbidden(reason: string): void {
    this.#reason ??= reason
  }

  get result(): DryRun {
    if (this.#reason === undefined) return { shown: 'all' }
    return { shown: this.#shown > 0 ? 'partial' : 'none', reason: this.#reason }
  }
}
