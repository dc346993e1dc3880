import { Limit } from './limit.ts'

/** Runs actions one after the other. */
export class Serial extends Limit {
  constructor() {
    super({ atOnce: 1 })
  }

  /** Resolves when all actions requested so far are done. */
  async idle(): Promise<void> {
    await this.run(async () => {})
  }
}
