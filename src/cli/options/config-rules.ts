import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject } from '../../model/json.ts'
import { NO_RULES, type Rules } from '../../model/rules.ts'
import { NO_TENANCY, type Tenancy } from '../../model/tenancy.ts'
import { readRules } from '../../stages/declare/documents/read-rules.ts'
import { ruleDefects } from '../../stages/declare/documents/rule-defects.ts'
import { healthSchema, ignoreSchema } from '../../stages/declare/documents/rules-schema.ts'
import { schemaDefects } from '../../stages/declare/documents/schema-defects.ts'
import { locator } from '../../stages/declare/yaml/line-of.ts'
import { parseYaml } from '../../stages/declare/yaml/parse-yaml.ts'
import { readTenancy, tenancyProperties } from './config-tenancy.ts'

const SCHEMA = {
  type: 'object',
  properties: { ignore: ignoreSchema, health: healthSchema, ...tenancyProperties },
} as const

/** What the configuration file says besides options. */
export interface ConfigRules {
  /** Handling of objects, for all installations. */
  readonly rules: Rules
  /** Who installations act as, and which objects they may declare. */
  readonly tenancy: Tenancy
}

export const NO_CONFIG_RULES: ConfigRules = { rules: NO_RULES, tenancy: NO_TENANCY }

/** Keys of the configuration file that are not options. */
export const RULES_KEYS: readonly string[] = Object.keys(SCHEMA.properties)

/** Whether a key of the configuration file is not an option. */
export function isRulesKey(name: string): boolean {
  return Object.hasOwn(SCHEMA.properties, name)
}

/** Reads the keys that are not options; rules have the same form as in an Installation document. */
export function readConfigRules(
  file: string,
  text: string,
): ConfigRules & { readonly faults: readonly Fault[] } {
  const [first] = parseYaml(text, file)
  const document = first?.value
  if (first === undefined || !isJsonObject(document)) return { ...NO_CONFIG_RULES, faults: [] }
  const given = Object.fromEntries(Object.entries(document).filter(([name]) => isRulesKey(name)))
  const locate = locator(text)
  const misfits = schemaDefects(given, SCHEMA, '')
  const isValid = misfits.length === 0
  const { rules, tenancy } = isValid
    ? { rules: readRules(given), tenancy: readTenancy(given) }
    : NO_CONFIG_RULES
  const faults = [...misfits, ...ruleDefects(rules, '')].map(({ details, pointer }) =>
    fault('bad-config', details, { location: { file, line: locate(first.document, pointer) ?? first.line } }),
  )
  return { rules, tenancy, faults }
}
