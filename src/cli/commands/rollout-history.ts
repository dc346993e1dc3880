import { type Fault, fault } from '../../model/fault.ts'
import { quoted } from '../../model/quoted.ts'
import type { CommandLine } from '../options/given.ts'
import { GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { readFormat } from '../options/read-format.ts'
import { readAllOptions, settingsOf } from '../options/settings.ts'
import type { CommandSpec } from './command-spec.ts'

const USUAL = 10
const MOST = 1_000

export const rolloutHistoryCommand: CommandSpec = {
  name: 'rollout history',
  summary: 'show what a group was brought to, and how that went',
  description:
    'Shows the commits that a group was brought to, the newest first: when, how long it took until all members had ' +
    'moved, what it waited for, and what it went back from. Reads the commits of the status branch, and no cluster.',
  operands: [{ name: 'GROUP', required: true, help: 'the name of a group with spec.rollout' }],
  options: [...GIT_OPTIONS, 'cluster', 'output', ...LOG_OPTIONS],
  parameters: {
    limit: { placeholder: 'NUMBER', help: `how many commits, from 1 to ${MOST} (default: ${USUAL})` },
  },
  examples: [
    { command: 'reeve rollout history production --config reeve.yaml', says: 'the last ten' },
    {
      command: 'reeve rollout history production --config reeve.yaml --limit 1 --output json',
      says: 'the last one, for programs',
    },
  ],
  exitCodes: {
    0: 'shown',
    1: 'a fault: nothing is told of the group, an unreachable remote, and others',
    2: 'wrong usage',
  },
  failure: 1,
  async run(line, io) {
    const read = await readAllOptions(line, io.surroundings)
    const limit = limitOf(line)
    const wrong = typeof limit === 'number' ? [] : [limit]
    const settings = settingsOf({ ...read, faults: [...read.faults, ...wrong] }, io.surroundings)
    const [group = ''] = line.operands
    const { readRolloutHistory } = await import('../../control/standing/read-history.ts')
    const history = await readRolloutHistory({
      settings,
      log: await io.openLog(settings.log),
      group,
      limit: typeof limit === 'number' ? limit : USUAL,
    })
    const { presentRolloutHistory } = await import('../present/rollout-history.ts')
    io.out.write(presentRolloutHistory(history, readFormat(read.values.output), io))
    return 0
  },
}

function limitOf({ flags }: CommandLine): number | Fault {
  const given = flags.limit
  if (given === undefined) return USUAL
  const number = given !== true && /^\d{1,9}$/.test(given) ? Number(given) : 0
  if (number >= 1 && number <= MOST) return number
  const told = given === true ? 'needs a value' : `${quoted(given)} is not a number from 1 to ${MOST}`
  return fault('bad-option', `--limit ${told}`)
}
