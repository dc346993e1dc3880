import { readFile } from 'node:fs/promises'
import { FAILSAFE_SCHEMA, load, YAMLException } from 'js-yaml'
import { didYouMean } from '../../model/did-you-mean.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject } from '../../model/json.ts'
import { type ConfigRules, NO_CONFIG_RULES } from './config-keys.ts'
import { isRulesKey, RULES_KEYS, readConfigRules } from './config-rules.ts'
import { keyFaults } from './key-faults.ts'
import { unreadableKind } from './readable-file.ts'
import { definitionOf, isOptionName, OPTION_NAMES, type OptionName } from './table.ts'

/** One key of the configuration file: its text as written, and its line from 1. */
export interface ConfigEntry {
  readonly name: OptionName
  readonly text: string
  readonly line: number
}

export interface ConfigFile extends ConfigRules {
  readonly entries: readonly ConfigEntry[]
  readonly faults: readonly Fault[]
}

/** Reads the YAML file of --config: a mapping of flag names to scalars, rules, and who may do what. Never rejects. */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  try {
    const problem = await unreadableKind(file)
    if (problem !== undefined) return without(fault('bad-config', `${file} ${problem}`))
    const text = await readFile(file, 'utf8')
    const config = parseConfig(file, text)
    return { ...config, faults: [...config.faults, ...(await keyFaults(file, text, config))] }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    return without(fault('bad-config', `${file} cannot be read (${code})`))
  }
}

/** Scalars keep their text (`1.0` stays `1.0`), as on the command line. */
export function parseConfig(file: string, text: string): ConfigFile {
  const bad = (line: number, details: string) => fault('bad-config', details, { location: { file, line } })
  try {
    const document: unknown = load(text, { schema: FAILSAFE_SCHEMA })
    if (text.trim() === '' || document === '') return without()
    if (!isJsonObject(document)) return without(bad(1, 'expected a mapping of options to values'))
    const { entries, faults } = sortOut(document, text, bad)
    const read = readConfigRules(file, text)
    return { ...read, entries, faults: [...faults, ...read.faults] }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    return without(bad((error.mark?.line ?? 0) + 1, error.reason))
  }
}

function without(...faults: readonly Fault[]): ConfigFile {
  return { ...NO_CONFIG_RULES, entries: [], faults }
}

function sortOut(
  document: Readonly<Record<string, unknown>>,
  text: string,
  bad: (line: number, details: string) => Fault,
): Pick<ConfigFile, 'entries' | 'faults'> {
  const entries: ConfigEntry[] = []
  const faults: Fault[] = []
  for (const [name, value] of Object.entries(document)) {
    if (isRulesKey(name)) continue
    const line = lineOf(name, text)
    const problem = problemOf(name, value)
    if (problem) faults.push(bad(line, problem))
    else if (isOptionName(name)) entries.push({ name, text: String(value), line })
  }
  return { entries, faults }
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!isOptionName(name))
    return `unknown key ${JSON.stringify(name)}${didYouMean(name, [...OPTION_NAMES, ...RULES_KEYS])}`
  if (definitionOf(name).secret) return `${name} is a secret: give it in a file or the environment`
  if (typeof value !== 'string') return `${name} takes one value, not a list or mapping`
  return value === '' ? `${name} has no value` : undefined
}

function lineOf(key: string, text: string): number {
  const starts = [key, `"${key}"`, `'${key}'`]
  const index = text.split('\n').findIndex((line) => starts.includes(line.split(/\s*:/)[0] ?? ''))
  return index + 1 || 1
}
