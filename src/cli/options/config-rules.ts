import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject } from '../../model/json.ts'
import { NO_RULES, type Rules } from '../../model/rules.ts'
import { readRules } from '../../stages/declare/documents/read-rules.ts'
import { ruleDefects } from '../../stages/declare/documents/rule-defects.ts'
import { healthSchema, ignoreSchema } from '../../stages/declare/documents/rules-schema.ts'
import { schemaDefects } from '../../stages/declare/documents/schema-defects.ts'
import { locator } from '../../stages/declare/yaml/line-of.ts'
import { parseYaml } from '../../stages/declare/yaml/parse-yaml.ts'

const SCHEMA = { type: 'object', properties: { ignore: ignoreSchema, health: healthSchema } } as const

/** Keys of the configuration file that hold rules. */
export const RULES_KEYS: readonly string[] = Object.keys(SCHEMA.properties)

/** Whether a key of the configuration file holds rules, not an option. */
export function isRulesKey(name: string): boolean {
  return Object.hasOwn(SCHEMA.properties, name)
}

/** Reads rules for all installations, in the same form as in an Installation document. */
export function readConfigRules(
  file: string,
  text: string,
): { readonly rules: Rules; readonly faults: readonly Fault[] } {
  const [first] = parseYaml(text, file)
  const document = first?.value
  if (first === undefined || !isJsonObject(document)) return { rules: NO_RULES, faults: [] }
  const given = Object.fromEntries(Object.entries(document).filter(([name]) => isRulesKey(name)))
  const locate = locator(text)
  const misfits = schemaDefects(given, SCHEMA, '')
  const rules = misfits.length === 0 ? readRules(given) : NO_RULES
  const faults = [...misfits, ...ruleDefects(rules, '')].map(({ details, pointer }) =>
    fault('bad-config', details, { location: { file, line: locate(first.document, pointer) ?? first.line } }),
  )
  return { rules, faults }
}
