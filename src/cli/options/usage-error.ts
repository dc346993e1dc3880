import { describeFault, type Fault } from '../../model/fault.ts'

/** Wrong usage, with all its faults. */
export class UsageError extends Error {
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(faults.map(describeFault).join('\n'))
    this.name = 'UsageError'
    this.faults = faults
  }
}
