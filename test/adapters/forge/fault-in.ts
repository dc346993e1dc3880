import { type Fault, FaultError } from '../../../src/model/fault.ts'

/** The fault that a task rejects with. */
export async function faultIn(task: Promise<unknown>): Promise<Fault> {
  try {
    await task
  } catch (error) {
    if (error instanceof FaultError) return error.fault
    throw error
  }
  throw new Error('it did not reject')
}
