import { didYouMean } from '../model/did-you-mean.ts'
import { type Fault, fault } from '../model/fault.ts'
import { quoted } from '../model/quoted.ts'
import type { CommandSpec } from './commands/command-spec.ts'
import { environmentName } from './options/option.ts'
import { definitionOf, isOptionName } from './options/table.ts'

/**
 * Faults of the command line: unknown flags, extra operands and missing ones. The value of an unknown flag is
 * never repeated: it may be a secret.
 */
export function unexpectedArguments(spec: CommandSpec, operands: readonly string[]): readonly Fault[] {
  const flags = operands.filter((operand) => operand.startsWith('-') && operand !== '-')
  if (flags.length > 0) return flags.map((flag) => unknownFlag(spec, flag.split('=', 1)[0] ?? ''))
  const { operands: known = [] } = spec
  const missing = known.slice(operands.length).filter(({ required }) => required)
  if (missing.length > 0)
    return missing.map(({ name, help }) => fault('bad-option', `${name} is missing: ${help}`))
  return operands
    .slice(known.length)
    .map((operand) => fault('bad-option', `unexpected argument ${quoted(operand)}`))
}

function unknownFlag(spec: CommandSpec, flag: string): Fault {
  const name = flag.replace(/^-+/, '')
  if (isOptionName(name) && definitionOf(name).secret) return secretFlag(flag, name)
  const own = [...Object.keys(spec.switches ?? {}), ...Object.keys(spec.parameters ?? {})]
  const names = [...spec.options, ...own, 'config', 'help']
  return fault('bad-option', `${quoted(flag)} is unknown${didYouMean(name, names, '--')}`)
}

function secretFlag(flag: string, name: string): Fault {
  return fault(
    'bad-option',
    `${flag} would expose the secret to every user of this machine: ` +
      `give --${name}-file or set ${environmentName(name)}`,
  )
}
