import { BUDGET_TABLE, type BudgetRow, budgetsFor } from '../../src/model/budgets.ts'
import { code, page, table } from './markdown.ts'

const DEPLOYMENT_BYTES = 512 * 1024 ** 2

const BEGIN = `# Budgets

What one input may take, so that no commit and no server exhausts the memory of Reeve and stops the other
installations. Most budgets are shares of the memory that Reeve may use: the limit of its container, or the memory
of the machine. More memory raises them. What exceeds a budget has a fault that says so; it stops what it is about, and
nothing else.`

/** The reference of budgets, from their table. */
export function budgetsPage(): string {
  const usual = budgetsFor(DEPLOYMENT_BYTES)
  const rows = Object.entries<BudgetRow>(BUDGET_TABLE).map(([name, row]) => [
    row.what,
    row.unit === 'bytes' || row.unit === 'characters'
      ? `1/${row.part} of the memory`
      : `one for ${row.part} bytes of memory`,
    sizeText(row.floor, row.unit),
    sizeText(row.cap, row.unit),
    sizeText(usual[name as keyof typeof usual], row.unit),
    `[${code(row.fault)}](faults.md#${row.fault})`,
  ])
  const head = ['what', 'share', 'at least', 'at most', 'with 512 MiB', 'fault']
  return page(BEGIN, table(head, rows))
}

function sizeText(size: number, unit: BudgetRow['unit']): string {
  if (unit === 'values' || unit === 'objects') return size.toLocaleString('en')
  const isGibibytes = size % 1024 ** 3 === 0
  return isGibibytes ? `${size / 1024 ** 3} GiB` : `${Math.round(size / 1024 ** 2)} MiB`
}
