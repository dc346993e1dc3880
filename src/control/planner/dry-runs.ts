import type { DryRun } from '../../model/plan.ts'

/** Counts a plan's writes shown to the API server; keeps its answer if the account may not show them. */
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
