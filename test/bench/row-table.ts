export type Unit = 'ratio' | 'per second' | 's' | 'ms' | '%' | 'MiB' | 'count'

export interface RowSpec {
  readonly title: string
  readonly unit: Unit
  readonly better: 'higher' | 'lower'
  /** What is to be reached, by number of objects; none for rows that only explain others. */
  readonly goals?: Readonly<Record<number, number>>
}

/** The rows in their order, with the numbers to reach. */
export const rowTable = {
  'raw-creates': { title: 'raw creates', unit: 'per second', better: 'higher' },
  'first-sync': {
    title: 'first sync, first to last write, of raw creates',
    unit: 'ratio',
    better: 'higher',
    goals: { 1000: 0.7, 10000: 0.7 },
  },
  'first-write': {
    title: 'process start to first write (clone included)',
    unit: 's',
    better: 'lower',
    goals: { 1000: 1.5 },
  },
  'raw-patches': { title: 'raw guarded patches', unit: 'per second', better: 'higher' },
  'change-all': {
    title: 'changing all of them, first to last write, of raw guarded patches',
    unit: 'ratio',
    better: 'higher',
    goals: { 1000: 0.7, 10000: 0.7 },
  },
  'idle-requests': {
    title: 'no change: API requests, renewed watches aside',
    unit: 'count',
    better: 'lower',
    goals: { 1000: 0, 10000: 0 },
  },
  'idle-cpu': { title: 'no change: CPU of a core', unit: '%', better: 'lower', goals: { 10000: 0.5 } },
  'one-line': {
    title: 'one changed line, trigger to live, median',
    unit: 'ms',
    better: 'lower',
    goals: { 10000: 100 },
  },
  'one-line-p95': { title: 'one changed line, trigger to live, p95', unit: 'ms', better: 'lower' },
  drift: {
    title: 'a drifted field back in place, median',
    unit: 'ms',
    better: 'lower',
    goals: { 1000: 50, 10000: 50 },
  },
  'drift-p95': { title: 'a drifted field back in place, p95', unit: 'ms', better: 'lower' },
  'plan-cold': {
    title: 'plan of a branch touching one installation, the start of the process aside, median',
    unit: 'ms',
    better: 'lower',
  },
  'plan-process': {
    title: 'the same, the whole `reeve plan BRANCH` process, median',
    unit: 'ms',
    better: 'lower',
  },
  restart: {
    title: 'restart with nothing changed, process start to "in sync"',
    unit: 's',
    better: 'lower',
    goals: { 10000: 4 },
  },
  'restart-writes': {
    title: 'writes by that restart, its Lease aside',
    unit: 'count',
    better: 'lower',
    goals: { 1000: 0, 10000: 0 },
  },
  memory: { title: 'memory after the first sync (RSS)', unit: 'MiB', better: 'lower' },
  'memory-idle': {
    title: 'memory after a minute without a change (RSS)',
    unit: 'MiB',
    better: 'lower',
    goals: { 1000: 150, 10000: 350 },
  },
  'memory-peak': { title: 'most memory in all of the above (peak RSS)', unit: 'MiB', better: 'lower' },
  'charts-cold': {
    title:
      'installations of one Helm chart (1,000 at most), all rendered, the start of the renderer included',
    unit: 's',
    better: 'lower',
    goals: { 1000: 5, 10000: 5 },
  },
  'charts-one': {
    title: 'one of them changed, trigger to live, median',
    unit: 'ms',
    better: 'lower',
    goals: { 1000: 100, 10000: 100 },
  },
  'rollout-decision': {
    title: 'as many installations in 50 groups with rollouts: a decision after a change of a group, median',
    unit: 'ms',
    better: 'lower',
    goals: { 1000: 50, 10000: 50 },
  },
  'rollout-memory': {
    title: 'heap of their rollouts, more than without',
    unit: 'MiB',
    better: 'lower',
    goals: { 1000: 100, 10000: 100 },
  },
  'rollout-one': {
    title: 'one of them (1,000 at most) changed itself, trigger to live, median',
    unit: 'ms',
    better: 'lower',
  },
  'rollout-idle': {
    title: 'no change: API requests of those, renewed watches aside',
    unit: 'count',
    better: 'lower',
    goals: { 1000: 0, 10000: 0 },
  },
  'review-one': {
    title: 'pull request that changes one of as many installations, webhook to comment at the forge, median',
    unit: 'ms',
    better: 'lower',
    goals: { 1000: 300, 10000: 300 },
  },
  'review-all': {
    title: 'pull request that changes all of them, webhook to comment at the forge',
    unit: 's',
    better: 'lower',
    goals: { 1000: 3, 10000: 3 },
  },
  'review-comment': {
    title: 'length of that comment, in characters',
    unit: 'count',
    better: 'lower',
    goals: { 1000: 60_000, 10000: 60_000 },
  },
  'review-writes': {
    title: 'writes to the forge and pushes while nothing changes',
    unit: 'count',
    better: 'lower',
    goals: { 1000: 0, 10000: 0 },
  },
  'review-memory': {
    title: 'memory of 50 open pull requests (RSS)',
    unit: 'MiB',
    better: 'lower',
    goals: { 1000: 50, 10000: 50 },
  },
  'kubectl-apply': {
    title: '`kubectl apply` of the same manifests (a sample), of raw creates',
    unit: 'ratio',
    better: 'higher',
  },
  'kubectl-again': {
    title: '`kubectl apply` again, nothing changed, for each object',
    unit: 'ms',
    better: 'lower',
  },
  'kubectl-diff': {
    title: '`kubectl diff`, nothing changed, for each object',
    unit: 'ms',
    better: 'lower',
  },
} as const satisfies Readonly<Record<string, RowSpec>>

export type RowName = keyof typeof rowTable

/** What was measured of some rows. */
export type Measured = Partial<Readonly<Record<RowName, number>>>

export const rowNames = Object.keys(rowTable) as readonly RowName[]

export function specOf(name: RowName): RowSpec {
  return rowTable[name]
}
