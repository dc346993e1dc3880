import type { Standing } from '../../control/standing/standing.ts'
import type { StandingReader } from '../../control/standing/standing-reader.ts'
import { GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { readFormat } from '../options/read-format.ts'
import { readAllOptions, settingsOf } from '../options/settings.ts'
import type { CommandSpec } from './command-spec.ts'

export const rolloutStatusCommand: CommandSpec = {
  name: 'rollout status',
  summary: 'show how rollouts are doing',
  description:
    'Shows the groups with spec.rollout in the order of their rings: what each is at, how many of its members have ' +
    'moved, and what it waits for. With GROUP also its members that are not there, what it has proven, and what it ' +
    'rejected. Reads the branch and the status branch, and no cluster.',
  operands: [
    { name: 'GROUP', required: false, help: 'the name of a group with spec.rollout (default: all)' },
  ],
  options: [...GIT_OPTIONS, 'cluster', 'output', ...LOG_OPTIONS],
  switches: {
    watch: 'go on until Ctrl-C: a live view on a terminal, else a line for each change',
  },
  examples: [
    { command: 'reeve rollout status --config reeve.yaml', says: 'all groups' },
    {
      command: 'reeve rollout status production --config reeve.yaml --watch',
      says: 'a group with its members, live',
    },
    {
      command: 'reeve rollout status --config reeve.yaml --output json | jq .groups',
      says: 'for programs',
    },
  ],
  exitCodes: {
    0: 'shown, and no group that is shown is halted',
    1: 'a fault: no such group or branch, an unreachable remote, and others',
    2: 'wrong usage',
    3: 'a group that is shown is halted',
  },
  failure: 1,
  async run(line, io) {
    const read = await readAllOptions(line, io.surroundings)
    const settings = settingsOf(read, io.surroundings)
    const format = readFormat(read.values.output)
    const [group] = line.operands
    const { StandingReader } = await import('../../control/standing/standing-reader.ts')
    await using reader = await StandingReader.open({ settings, log: await io.openLog(settings.log), group })
    if (line.flags.watch) return exitCodeOf(await watched(reader))
    const standing = await reader.read()
    const { presentRolloutStatus } = await import('../present/rollout-status.ts')
    io.out.write(presentRolloutStatus(standing, format, io))
    return exitCodeOf(standing)

    async function watched(source: StandingReader): Promise<Standing> {
      const { watchRollouts } = await import('./watch-rollouts.ts')
      return watchRollouts(source, format, io)
    }
  },
}

function exitCodeOf({ groups }: Standing): number {
  return groups.some(({ report }) => report?.state === 'halted') ? 3 : 0
}
