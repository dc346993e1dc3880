import type { ReviewNowOptions } from '../../control/review/review-now.ts'
import type { PlanReport } from '../../model/plan.ts'
import type { Settings } from '../../model/settings.ts'
import { differs, summarise } from '../../stages/plan/describe/summary.ts'
import type { ClusterReview } from '../../stages/review/cluster-review.ts'
import { CLUSTER_OPTIONS, GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { type Format, readFormat } from '../options/read-format.ts'
import { readAllOptions, settingsOf } from '../options/settings.ts'
import { type Io, widthOf } from '../present/io.ts'
import type { PlanTextOptions } from '../present/plan-text-options.ts'
import { showProgress } from '../present/progress.ts'
import type { CommandSpec } from './command-spec.ts'

export const planCommand: CommandSpec = {
  name: 'plan',
  summary: 'show what would change now, without changing anything',
  description:
    'Compares what Git declares with the live cluster, as the next sync would. With SOURCE, plans what ' +
    'merging it into the head of --branch would change, as the review of a pull request does: what the branch ' +
    'changes anyway is only counted. Never shows the values of Secrets. Changes that are the same in several installations are shown once; text is cut to a ' +
    'readable length, --output json is complete. Read access is ' +
    'enough: without write access it plans without a dry run on the API server, and says so.',
  operands: [
    {
      name: 'SOURCE',
      required: false,
      help: 'a branch, tag, commit or pull request (7, refs/pull/7/head) of --repo, or a local directory',
    },
  ],
  options: [...GIT_OPTIONS, ...CLUSTER_OPTIONS, 'output', ...LOG_OPTIONS],
  switches: {
    explain: 'also show fields that are left as they are, why, and the merge base of each change',
    expand: 'name every installation that a change is the same in',
  },
  examples: [
    {
      command: 'reeve plan --repo https://git.example.com/team/fleet.git',
      says: 'what the branch that the cluster follows would change',
    },
    { command: 'reeve plan upgrade-chat --config reeve.yaml', says: 'what merging another branch changes' },
    {
      command: 'reeve plan 7 --config reeve.yaml --output markdown',
      says: 'of pull request 7, as the comment that reeve run puts on it',
    },
    { command: 'reeve plan ./fleet --config reeve.yaml', says: 'a directory, before it is committed' },
    {
      command: 'reeve plan --config reeve.yaml --explain',
      says: 'why Reeve leaves fields that differ from Git',
    },
    {
      command: 'reeve plan --config reeve.yaml --expand',
      says: 'which installations a change is the same in',
    },
    {
      command: 'reeve plan --config reeve.yaml --output json | jq .summary',
      says: 'for programs: apiVersion reeve.dev/v1alpha1, kind Plan',
    },
  ],
  exitCodes: {
    0: 'no differences',
    1: 'differences',
    2: 'wrong usage, faults in Git, files in conflict, or a fault that ended it',
    3: 'differences, some of them refused or blocked',
  },
  failure: 2,
  async run(line, io) {
    const read = await readAllOptions(line, io.surroundings)
    const settings = settingsOf(read, io.surroundings)
    const { values } = read
    const { explain, expand } = line.flags
    const [source] = line.operands
    const asked = { explain: explain === true, expand: expand === true }
    const shown = { ...asked, colour: io.colour, width: widthOf(io) }
    if (source === undefined) return planBranch({ settings, format: readFormat(values.output), shown }, io)
    return planSource(source, { settings, format: values.output ?? 'text', shown }, io)
  },
}

interface PlanCommand<F> {
  readonly settings: Settings
  readonly format: F
  readonly shown: PlanTextOptions
}

async function planBranch({ settings, format, shown }: PlanCommand<Format>, io: Io): Promise<number> {
  const { planNow } = await import('../../control/review/plan-now.ts')
  const report = await withProgress(settings, io, planNow)
  const { presentReport } = await import('../present/present-report.ts')
  io.out.write(presentReport(report, { ...shown, format }))
  return exitCodeOf(report)
}

async function planSource(
  source: string,
  { settings, format, shown }: PlanCommand<Format | 'markdown'>,
  io: Io,
): Promise<number> {
  const { reviewNow } = await import('../../control/review/review-now.ts')
  const { explain } = shown
  const found = await withProgress(settings, io, (options) =>
    reviewNow({ ...options, ...(explain !== undefined && { explain }) }, source),
  )
  const { presentReview } = await import('../present/present-review.ts')
  io.out.write(presentReview(found, { ...shown, format, source, repository: settings.name }))
  return exitCodeOfReview(found.review)
}

async function withProgress<T>(
  settings: Settings,
  io: Io,
  plan: (options: ReviewNowOptions) => Promise<T>,
): Promise<T> {
  const log = await io.openLog(settings.log)
  using progress = showProgress(io)
  const found = await plan({ settings, log, say: progress.say })
  progress.say('')
  return found
}

/** Like `kubectl diff`: 0 without differences, 1 with differences, higher for faults and blocked objects. */
export function exitCodeOf({ plans, faults }: PlanReport): number {
  if (faults.length > 0) return 2
  const summary = summarise(plans)
  if (summary.blocked > 0) return 3
  return differs(summary) ? 1 : 0
}

/** The same for what a change does; what is pending anyway does not count. */
export function exitCodeOfReview({ faults, conflicts, acted, changes, onlyLabels }: ClusterReview): number {
  if (faults.length > 0 || conflicts.length > 0) return 2
  if (acted.some(({ refused = 0, isHeld }) => refused > 0 || isHeld)) return 3
  return changes.length > 0 || onlyLabels > 0 ? 1 : 0
}
