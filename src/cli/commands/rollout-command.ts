import { parseIdentity } from '../../adapters/git/parse-identity.ts'
import type { ChangeRolloutOptions } from '../../control/edit/change-rollout.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { quoted } from '../../model/quoted.ts'
import type { OpenRequest } from '../../stages/edit/rollout-request.ts'
import type { CommandLine } from '../options/given.ts'
import { FORGE_OPTIONS, GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { readFormat } from '../options/read-format.ts'
import { readAllOptions, settingsOf } from '../options/settings.ts'
import { UsageError } from '../options/usage-error.ts'
import type { Io } from '../present/io.ts'
import type { CommandSpec } from './command-spec.ts'

/** A command that changes how a rollout goes. */
export interface RolloutCommand
  extends Pick<CommandSpec, 'summary' | 'description' | 'operands' | 'switches' | 'parameters' | 'examples'> {
  readonly verb: string
  /** The request of a command line, or what is wrong with it. */
  readonly requestOf: (line: CommandLine) => OpenRequest | Fault
}

const EXIT_CODES = {
  0: 'made, proposed, so already, or shown',
  1: 'a fault: no such group, a refused push, and others',
  2: 'wrong usage',
} as const

/** The command line of a change: it shows what it would commit unless it is told to do so. */
export function rolloutCommand({ verb, requestOf, ...command }: RolloutCommand): CommandSpec {
  return {
    ...command,
    name: `rollout ${verb}`,
    description: `${command.description} Without --push or --pull-request it only shows the change.`,
    options: [...GIT_OPTIONS, 'cluster', ...FORGE_OPTIONS, 'output', ...LOG_OPTIONS],
    switches: {
      ...command.switches,
      push: 'commit it to --branch',
      'pull-request': 'commit it to a branch reeve/rollout/…, and open a pull request',
    },
    parameters: {
      ...command.parameters,
      reason: { placeholder: 'TEXT', help: 'why, for the body of the commit' },
      author: {
        placeholder: "'NAME <EMAIL>'",
        help: 'who makes the change (default: GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL, or git config)',
      },
    },
    exitCodes: EXIT_CODES,
    failure: 1,
    run: (line, io) => run(line, io, requestOf),
  }
}

async function run(line: CommandLine, io: Io, requestOf: RolloutCommand['requestOf']): Promise<number> {
  const read = await readAllOptions(line, io.surroundings)
  const request = requestOf(line)
  const wrong = [...('code' in request ? [request] : []), ...changeFaults(line)]
  const settings = settingsOf({ ...read, faults: [...read.faults, ...wrong] }, io.surroundings)
  const how = howOf(line)
  if ('code' in request) throw new UsageError([request])
  if (how === 'pull-request' && settings.forge === undefined)
    throw new UsageError([fault('bad-option', '--pull-request needs a forge: give --forge-token-file')])
  const format = readFormat(read.values.output)
  const { changeRollout } = await import('../../control/edit/change-rollout.ts')
  const found = await changeRollout(request, {
    settings,
    log: await io.openLog(settings.log),
    how,
    author: await authorOf(line, io),
    reason: textOf(line, 'reason'),
  })
  const { presentRolloutChange } = await import('../present/rollout-change.ts')
  io.out.write(presentRolloutChange(found, { format, colour: io.colour }))
  return 0
}

function howOf({ flags }: CommandLine): ChangeRolloutOptions['how'] {
  if (flags.push) return 'push'
  return flags['pull-request'] ? 'pull-request' : 'show'
}

/** Who makes the change. */
async function authorOf(line: CommandLine, { surroundings }: Io): Promise<ChangeRolloutOptions['author']> {
  const given = textOf(line, 'author')
  if (given !== undefined) return parseIdentity(given)
  const { userIdentity } = await import('../../adapters/git/user-identity.ts')
  return userIdentity(surroundings.environment)
}

function changeFaults(line: CommandLine): readonly Fault[] {
  const { flags } = line
  const author = textOf(line, 'author')
  const missing = ['reason', 'author'].filter((name) => flags[name] === true)
  return [
    ...missing.map((name) => fault('bad-option', `--${name} needs a value`)),
    ...(flags.push && flags['pull-request']
      ? [fault('bad-option', '--push and --pull-request are mutually exclusive: give only one')]
      : []),
    ...(author !== undefined && parseIdentity(author) === undefined
      ? [fault('bad-option', `--author ${quoted(author)} is not 'NAME <EMAIL>'`)]
      : []),
  ]
}

/** The value of a flag; undefined where it is not given. */
export function textOf({ flags }: CommandLine, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}
