import { SchemaProblem } from './schema-problem.ts'

/** Maximum work of one evaluation: some tenths of a second. */
const UNITS = 500_000

/**
 * Counts what the evaluation of one schema for one value does, in units of about one compared field, so
 * that it ends whatever both are. Counting, unlike a deadline, gives the same answer on a busy machine.
 */
export class Budget {
  #left = UNITS

  /** @throws SchemaProblem where too much has been done, at the part of the schema that was being evaluated */
  charge(units: number, pointer: string): void {
    this.#left -= units
    if (this.#left < 0) throw new SchemaProblem('evaluating it takes too much work', pointer)
  }
}
