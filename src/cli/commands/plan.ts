import type { PlanReport } from '../../model/plan.ts'
import { differs, summarise } from '../../stages/plan/describe/summary.ts'
import { CLUSTER_OPTIONS, GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { readSettings } from '../options/settings.ts'
import { readOptions } from '../options/values.ts'
import { widthOf } from '../present/io.ts'
import { showProgress } from '../present/progress.ts'
import type { CommandSpec } from './command-spec.ts'

export const planCommand: CommandSpec = {
  name: 'plan',
  summary: 'show what would change now, without changing anything',
  description:
    'Compares what Git declares with the live cluster, as the next sync would. Never shows the values ' +
    'of Secrets. Changes that are the same in several installations are shown once; text is cut to a ' +
    'readable length, --output json is complete. Read access is ' +
    'enough: without write access it plans without a dry run on the API server, and says so.',
  operands: [
    {
      name: 'SOURCE',
      required: false,
      help: 'a branch or commit of --repo, or a local directory (default: --branch)',
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
    { command: 'reeve plan upgrade-chat --config reeve.yaml', says: 'another branch, before it is merged' },
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
    2: 'wrong usage, faults in what Git declares, or a fault that ended the plan',
    3: 'differences, some of them refused or blocked',
  },
  failure: 2,
  async run(line, io) {
    const settings = await readSettings(line, io.surroundings)
    const { values } = await readOptions(line, io.surroundings, ['output'])
    const { planNow } = await import('../../control/review/plan-now.ts')
    const log = await io.openLog(settings.log)
    using progress = showProgress(io)
    const report = await planNow({ settings, log, say: progress.say }, line.operands[0])
    progress.say('')
    const { presentReport } = await import('../present/present-report.ts')
    const format = values.output ?? 'text'
    const { explain, expand } = line.flags
    const asked = { explain: explain === true, expand: expand === true }
    io.out.write(presentReport(report, { format, ...asked, colour: io.colour, width: widthOf(io) }))
    return exitCodeOf(report)
  },
}

/** Like `kubectl diff`: 0 without differences, 1 with differences, higher for faults and blocked objects. */
export function exitCodeOf({ plans, faults }: PlanReport): number {
  if (faults.length > 0) return 2
  const summary = summarise(plans)
  if (summary.blocked > 0) return 3
  return differs(summary) ? 1 : 0
}
