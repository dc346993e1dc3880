import { describeFault, type Fault } from '../../model/fault.ts'

/** What was asked for cannot be understood: all of what is wrong with it. */
export class UsageError extends Error {
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(faults.map(describeFault).join('\n'))
    this.name = 'UsageError'
    this.faults = faults
  }
}
