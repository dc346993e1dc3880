import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { ConfigEntry, ConfigFile } from './config-file.ts'
import { type ConfigRules, NO_CONFIG_RULES } from './config-keys.ts'
import { mistypedVariables } from './mistyped-variables.ts'
import { environmentName } from './option.ts'
import { definitionOf, type OptionName } from './table.ts'

/** Sources of options besides the command line. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether logs go to a terminal. */
  readonly terminal: boolean
  readonly homeDirectory: string | undefined
}

/** Flags by name as commander parsed them; `true` if the value is missing. */
export type Flags = Readonly<Record<string, string | true>>

/** The parsed command line; `faults` are its unexpected and missing arguments. */
export interface CommandLine {
  readonly flags: Flags
  /** The operands in order, such as DIR. */
  readonly operands: readonly string[]
  readonly faults: readonly Fault[]
}

/** The text of an option and its source; `rank` 0 (flag) overrides 1 (environment) and 2 (file). */
export interface Given {
  readonly name: OptionName
  readonly text: string | true
  readonly rank: 0 | 1 | 2
  /** Its name in messages: `--interval`, `REEVE_INTERVAL`, `interval`. */
  readonly label: string
  readonly location?: Location
}

export interface AllGiven {
  readonly given: ReadonlyMap<OptionName, Given>
  /** What the configuration file says besides options. */
  readonly config: ConfigRules
  readonly faults: readonly Fault[]
}

/** The given options among `names`, by precedence: flag, then environment, then configuration file. */
export async function gather(
  { flags, faults }: CommandLine,
  environment: Surroundings['environment'],
  names: readonly OptionName[],
): Promise<AllGiven> {
  const file = flags.config ?? environment.REEVE_CONFIG
  const config = typeof file === 'string' && file !== '' ? await readConfig(file) : undefined
  const given = new Map<OptionName, Given>()
  for (const entry of config?.entries ?? []) {
    if (names.includes(entry.name)) given.set(entry.name, ofFile(String(file), entry))
  }
  for (const name of names) {
    const higher = ofFlag(name, flags) ?? ofEnvironment(name, environment)
    if (higher) given.set(name, higher)
  }
  const { rules, tenancy, sources, provenance, review, verify, sign } = config ?? NO_CONFIG_RULES
  const mistyped = mistypedVariables(environment)
  return {
    given,
    config: {
      rules,
      tenancy,
      sources,
      provenance,
      review,
      ...(verify && { verify }),
      ...(sign && { sign }),
    },
    faults: [...faults, ...missing(file), ...mistyped, ...(config?.faults ?? [])],
  }
}

function missing(file: string | true | undefined): readonly Fault[] {
  return file === true || file === '' ? [fault('bad-option', '--config needs a value')] : []
}

/** Loads the parser only if there is a file, so that --help stays quick. */
async function readConfig(file: string): Promise<ConfigFile> {
  const { readConfigFile } = await import('./config-file.ts')
  return readConfigFile(file)
}

function ofFlag(name: OptionName, flags: Flags): Given | undefined {
  const text = definitionOf(name).secret ? undefined : flags[name]
  return text === undefined ? undefined : { name, text, rank: 0, label: `--${name}` }
}

function ofEnvironment(name: OptionName, environment: Surroundings['environment']): Given | undefined {
  const variable = environmentName(name)
  const text = environment[variable]
  return text === undefined || text === '' ? undefined : { name, text, rank: 1, label: variable }
}

function ofFile(file: string, { name, text, line }: ConfigEntry): Given {
  return { name, text, rank: 2, label: name, location: { file, line } }
}
