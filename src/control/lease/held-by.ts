import { FaultError, fault } from '../../model/fault.ts'
import { describeHolder, type Lease } from './lease.ts'

/** What is wrong where another Reeve has the Lease. */
export function heldBy(lease: Lease | undefined): FaultError {
  return new FaultError(fault('cluster-held', lease === undefined ? '' : describeHolder(lease)))
}
