import { SchemaProblem } from './schema-problem.ts'

/** Maximum work of one evaluation, in units: some tenths of a second. */
const UNITS = 500_000

/**
 * Counts the work of evaluating one schema for one value, in units of about one compared field, so that it
 * ends for any input. A count, unlike a deadline, gives the same result on a busy machine.
 */
export class Budget {
  #left = UNITS

  /** @throws SchemaProblem once the budget is exceeded, at the part of the schema being evaluated */
  charge(units: number, pointer: string): void {
    this.#left -= units
    if (this.#left < 0) throw new SchemaProblem('evaluating it takes too much work', pointer)
  }
}
