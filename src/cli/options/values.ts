import { type Fault, fault } from '../../model/fault.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import type { ConfigRules } from './config-keys.ts'
import { settleAlternatives } from './exclusive.ts'
import { type CommandLine, type Given, gather, type Surroundings } from './given.ts'
import { definitionOf, type OptionName, type OptionValues } from './table.ts'

export interface ReadOptions {
  readonly values: OptionValues
  /** Options given, with valid or faulty values; the others have their default. */
  readonly given: ReadonlySet<OptionName>
  /** What the configuration file says besides options, with --source-addresses. */
  readonly config: ConfigRules
  readonly faults: readonly Fault[]
}

/** Reads the options `names` from flags, environment and file, and reports all faults at once. */
export async function readOptions(
  line: CommandLine,
  surroundings: Surroundings,
  names: readonly OptionName[],
): Promise<ReadOptions> {
  const gathered = await gather(line, surroundings.environment, names)
  const { given, config, faults } = settleAlternatives(gathered)
  const values: Record<string, unknown> = {}
  const found: Fault[] = [...faults]
  for (const name of names) {
    const answer = await readOne(name, given.get(name))
    if (answer && 'value' in answer) values[name] = answer.value
    if (answer && 'fault' in answer) found.push(answer.fault)
  }
  return {
    values: values as OptionValues,
    given: new Set(given.keys()),
    config: { ...config, sources: sourcesOf(config.sources, values as OptionValues) },
    faults: found,
  }
}

function sourcesOf(sources: SourceRules, { 'source-addresses': addresses }: OptionValues): SourceRules {
  return addresses === undefined ? sources : { ...sources, addresses }
}

type Answer = { readonly value: unknown } | { readonly fault: Fault } | undefined

async function readOne(name: OptionName, given: Given | undefined): Promise<Answer> {
  const { fallback, read } = definitionOf(name)
  const text = given?.text ?? fallback
  if (text === undefined) return undefined
  const parsed = text === true ? { problem: 'needs a value' } : await read(text)
  return 'value' in parsed ? parsed : { fault: faultOf(name, given, parsed.problem) }
}

function faultOf(name: OptionName, given: Given | undefined, problem: string): Fault {
  const label = given?.label ?? `--${name}`
  return fault(given?.location ? 'bad-config' : 'bad-option', `${label} ${problem}`, {
    location: given?.location,
  })
}
