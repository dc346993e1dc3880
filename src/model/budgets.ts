import type { FaultCode } from './fault-table.ts'

const KIB = 1024
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
  documents: {
    what: 'the documents of a commit, as they are kept; the largest directories exceed it',
    part: 4,
    floor: 64 * MIB,
    cap: 4 * GIB,
    unit: 'bytes',
    fault: 'commit-too-large',
  },
  values: {
    what: 'the values of all installations of a commit, those of a group for each member; with references, or in a mapping of 10,000, they count fourfold',
    part: 256,
    floor: 2_000_000,
    cap: 50_000_000,
    unit: 'values',
    fault: 'too-many-values',
  },
  expanded: {
    what: 'what the templates of one installation render, and its references expand to',
    part: 16,
    floor: 16 * MIB,
    cap: 64 * MIB,
    unit: 'characters',
    fault: 'too-large-rendering',
  },
  objects: {
    what: 'the objects of one installation',
    part: 16 * KIB,
    floor: 20_000,
    cap: 500_000,
    unit: 'objects',
    fault: 'too-large-rendering',
  },
  rendered: {
    what: 'what all installations of a commit render, as it is kept; a quarter of it is left to those that take less than 1/128',
    part: 4,
    floor: 64 * MIB,
    cap: GIB,
    unit: 'bytes',
    fault: 'too-large-rendering',
  },
  downloads: {
    what: 'all templates that are being fetched, each counted twice; what exceeds it is fetched later',
    part: 6,
    floor: 128 * MIB,
    cap: 2 * GIB,
    unit: 'bytes',
    fault: 'template-unavailable',
  },
  templateFiles: {
    what: 'the files of one template',
    part: 24,
    floor: 16 * MIB,
    cap: 256 * MIB,
    unit: 'bytes',
    fault: 'template-too-large',
  },
  templates: {
    what: 'all templates of a commit, as they are kept; a quarter of it is left to those that take less than 1/128',
    part: 12,
    floor: 48 * MIB,
    cap: GIB,
    unit: 'bytes',
    fault: 'template-too-large',
  },
  chartIndex: {
    what: 'the index of a chart repository',
    part: 16,
    floor: 24 * MIB,
    cap: 64 * MIB,
    unit: 'bytes',
    fault: 'chart-index-too-large',
  },
  chartEntries: {
    what: 'the entries of one chart in such an index; of all, where it is not laid out as Helm writes it',
    part: KIB,
    floor: 500_000,
    cap: 10_000_000,
    unit: 'values',
    fault: 'chart-index-too-large',
  },
  chartPackage: {
    what: 'a packaged chart, packed',
    part: 24,
    floor: 16 * MIB,
    cap: 64 * MIB,
    unit: 'bytes',
    fault: 'template-too-large',
  },
  chartUnpacked: {
    what: 'a packaged chart, unpacked',
    part: 24,
    floor: 16 * MIB,
    cap: 256 * MIB,
    unit: 'bytes',
    fault: 'template-too-large',
  },
  renderer: {
    what: 'the memory of a program that renders charts and overlays, of which three may run at once',
    part: 8,
    floor: 64 * MIB,
    cap: GIB,
    unit: 'bytes',
    fault: 'chart-failed',
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
