import type { FaultCode } from './fault-table.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** One budget: a share of the memory that this process may use, within bounds. */
export interface BudgetRow {
  /** What is bounded. */
  readonly what: string
  /** Of bytes and characters: one of so many parts of the memory. Of a count: one for so many bytes of memory. */
  readonly part: number
  /** Applies however little memory there is. */
  readonly floor: number
  /** Applies however much memory there is. */
  readonly cap: number
  readonly unit: 'bytes' | 'characters' | 'values' | 'objects'
  /** Of what exceeds it. */
  readonly fault: FaultCode
}

/** Every budget: what one input may take, so that no commit and no server exhausts the memory. */
export const BUDGET_TABLE = {
  gitAnswer: {
    what: 'the answer of a Git server to a fetch',
    part: 8,
    floor: 64 * MIB,
    cap: GIB,
    unit: 'bytes',
    fault: 'git-too-large',
  },
  gitList: {
    what: 'the list of refs of a Git server',
    part: 32,
    floor: 8 * MIB,
    cap: 256 * MIB,
    unit: 'bytes',
    fault: 'git-too-large',
  },
  gitObject: {
    what: 'one object of a fetch, unpacked',
    part: 16,
    floor: 32 * MIB,
    cap: 128 * MIB,
    unit: 'bytes',
    fault: 'git-too-large',
  },
  gitUnpacked: {
    what: 'all objects of a fetch, unpacked',
    part: 2,
    floor: 256 * MIB,
    cap: 16 * GIB,
    unit: 'bytes',
    fault: 'git-too-large',
  },
} as const satisfies Readonly<Record<string, BudgetRow>>

export type BudgetName = keyof typeof BUDGET_TABLE

/** The size of each budget, in its unit. */
export type Budgets = { readonly [Name in BudgetName]: number }

/** The budgets of a process that may use so many bytes of memory. */
export function budgetsFor(memoryBytes: number): Budgets {
  const sizes = Object.entries<BudgetRow>(BUDGET_TABLE).map(([name, { part, floor, cap }]) => [
    name,
    Math.min(cap, Math.max(floor, Math.floor(memoryBytes / part))),
  ])
  return Object.fromEntries(sizes) as Budgets
}
