import { Command, Option } from 'commander'
import { version } from '../support/package/package-root.ts'
import { adoptCommand } from './commands/adopt.ts'
import type { CommandGroup, CommandSpec } from './commands/command-spec.ts'
import { crdsCommand } from './commands/crds.ts'
import { demoCommand } from './commands/demo.ts'
import { explainCommand } from './commands/explain.ts'
import { faultsCommand } from './commands/faults.ts'
import { lockCommand } from './commands/lock.ts'
import { planCommand } from './commands/plan.ts'
import { rolloutCommands, rolloutGroup } from './commands/rollout.ts'
import { runCommand } from './commands/run.ts'
import { syncCommand } from './commands/sync.ts'
import { validateCommand } from './commands/validate.ts'
import { helpAfter } from './help.ts'
import type { CommandLine, Flags } from './options/given.ts'
import { definitionOf, type OptionName } from './options/table.ts'
import type { Io } from './present/io.ts'
import { paint } from './present/paint.ts'
import { unexpectedArguments } from './unexpected-arguments.ts'

/** The commands in the order of the help. */
export const commandSpecs: readonly CommandSpec[] = [
  runCommand,
  syncCommand,
  planCommand,
  validateCommand,
  lockCommand,
  explainCommand,
  ...rolloutCommands,
  adoptCommand,
  faultsCommand,
  crdsCommand,
  demoCommand,
]

/** The first words of commands of two words. */
export const commandGroups: readonly CommandGroup[] = [rolloutGroup]

/** Runs the requested command with its command line. */
export type Invoke = (spec: CommandSpec, line: CommandLine) => Promise<void>

const ABOUT = `Reeve keeps installations in Kubernetes exactly as Git declares them, and writes
what happened back to Git. A directory that holds manifests is an installation.`

const START = `
Start here:
  reeve demo                      see it work; needs no cluster
  reeve validate DIR              check a directory of manifests
  reeve plan --repo URL           see what it would change
  reeve run --repo URL            keep the cluster as Git declares it

For help on a command: reeve COMMAND --help`

/** The program as commander parses it. It throws a CommanderError instead of exiting. */
export function buildProgram(io: Io, invoke: Invoke): Command {
  const program = configure(new Command('reeve'), io)
    .description(ABOUT)
    .usage('COMMAND [OPTIONS]')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .addHelpText('after', START)
  const groups = new Map<string, Command>()
  for (const spec of commandSpecs) {
    const group = commandGroups.find(({ name }) => spec.name.startsWith(`${name} `))
    const parent = group && (groups.get(group.name) ?? buildGroup(group, program, io))
    if (group && parent) groups.set(group.name, parent)
    const around = parent ?? program
    around.addCommand(buildCommand(spec, io, invoke))
  }
  return program
}

function buildGroup({ name, summary, description }: CommandGroup, program: Command, io: Io): Command {
  const group = configure(new Command(name), io)
    .summary(summary)
    .description(description)
    .usage('COMMAND [OPTIONS]')
    .helpOption('--help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
  program.addCommand(group)
  return group
}

function buildCommand(spec: CommandSpec, io: Io, invoke: Invoke): Command {
  const command = configure(new Command(spec.name.slice(spec.name.lastIndexOf(' ') + 1)), io)
    .summary(spec.summary)
    .description(spec.description)
    .usage([...operandTerms(spec), '[OPTIONS]'].join(' '))
    .helpOption('--help', 'print this help')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', helpAfter(spec, io.colour))
    .action(() => invoke(spec, commandLine(spec, command)))
  for (const { name, help } of spec.operands ?? []) command.argument(`[${name}]`, help)
  for (const option of optionsOf(spec)) command.addOption(option)
  return command
}

function configure(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .configureHelp({
      helpWidth: 80,
      subcommandTerm: (sub) => commandTerm(sub),
      optionTerm: ({ flags }) => flags.replace(/[[\]]/g, ''),
      styleTitle: (text) => paint('bold', text, io.colour),
    })
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      getOutHasColors: () => io.colour,
      outputError: (text, write) => write(redactValues(text).replace(/^error: /, 'reeve: ')),
    })
}

function commandTerm(command: Command): string {
  const name = command.name()
  const group = commandGroups.find((each) => each.name === command.parent?.name())
  const spec = commandSpecs.find((each) => each.name === (group ? `${group.name} ${name}` : name))
  const isGroup = commandGroups.some((each) => each.name === name)
  return [name, ...(spec ? operandTerms(spec) : []), ...(isGroup ? ['COMMAND'] : [])].join(' ')
}

/** Operands as a usage line shows them: `NAME [SOURCE]`. */
export function operandTerms({ operands = [] }: CommandSpec): readonly string[] {
  return operands.map(({ name, required }) => (required ? name : `[${name}]`))
}

function optionsOf(spec: CommandSpec): readonly Option[] {
  const valued = spec.options.map(toOption)
  const switches = Object.entries(spec.switches ?? {}).map(([name, help]) => new Option(`--${name}`, help))
  const parameters = Object.entries(spec.parameters ?? {}).map(
    ([name, { placeholder, help }]) => new Option(`--${name} [${placeholder}]`, help),
  )
  const config = new Option('--config [FILE]', 'a YAML file of options').helpGroup('Output:')
  return [...valued, ...switches, ...parameters, ...(valued.length > 0 ? [config] : [])]
}

/** The value is optional to commander, so that a missing one is reported together with other faults. */
function toOption(name: OptionName): Option {
  const { placeholder, group, help, fallback, fallbackHelp } = definitionOf(name)
  const shown = fallback ?? fallbackHelp
  const text = shown === undefined ? help : `${help} (default: ${shown})`
  return new Option(`--${name} [${placeholder}]`, text).helpGroup(`${group}:`)
}

function commandLine(spec: CommandSpec, command: Command): CommandLine {
  const flags: Record<string, string | true> = {}
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName())
    if (value === true || typeof value === 'string') flags[option.name()] = value
  }
  return { flags: flags as Flags, faults: unexpectedArguments(spec, command.args), operands: command.args }
}

/** Redacts the value of an unknown flag, which may be a secret: `unknown option '--git-token=abc'`. */
function redactValues(text: string): string {
  return text.replaceAll(/('-[^'=]*)=[^']*'/g, "$1'")
}
