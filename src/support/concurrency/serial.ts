import { Limit } from './limit.ts'

/** Runs actions one after the other. */
export class Serial extends Limit {
  constructor() {
    super({ atOnce: 1 })
  }

  /** Resolves when all that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.run(async () => {})
  }
}
