import { type Budgets, budgetsFor } from '../../model/budgets.ts'
import { memoryLimit } from './memory-limit.ts'

/** The budgets of this process. */
export function processBudgets(): Budgets {
  return budgetsFor(memoryLimit())
}
