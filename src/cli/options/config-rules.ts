import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import { readRules } from '../../stages/declare/documents/read-rules.ts'
import { ruleDefects } from '../../stages/declare/documents/rule-defects.ts'
import { healthSchema, hibernateSchema, ignoreSchema } from '../../stages/declare/documents/rules-schema.ts'
import { schemaDefects } from '../../stages/declare/documents/schema-defects.ts'
import { locator } from '../../stages/declare/yaml/line-of.ts'
import { parseYaml } from '../../stages/declare/yaml/parse-yaml.ts'
import { type ConfigRules, NO_CONFIG_RULES } from './config-keys.ts'
import { provenanceProperties, readProvenance } from './config-provenance.ts'
import { readReview, reviewProperties } from './config-review.ts'
import { readSigning, signingProperties } from './config-signing.ts'
import { readSources, sourcesProperties } from './config-sources.ts'
import { readTenancy, tenancyProperties } from './config-tenancy.ts'

const SCHEMA = {
  type: 'object',
  properties: {
    ignore: ignoreSchema,
    health: healthSchema,
    hibernate: hibernateSchema,
    ...tenancyProperties,
    ...sourcesProperties,
    ...provenanceProperties,
    ...reviewProperties,
    ...signingProperties,
  },
} as const

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
  const { defects, ...read } = misfits.length > 0 ? { ...NO_CONFIG_RULES, defects: misfits } : readAll(given)
  const faults = [...defects, ...ruleDefects(read.rules, '')].map(({ details, pointer }) =>
    fault('bad-config', details, { location: { file, line: locate(first.document, pointer) ?? first.line } }),
  )
  return { ...read, faults }
}

function readAll(given: JsonObject) {
  return {
    rules: readRules(given),
    tenancy: readTenancy(given),
    provenance: readProvenance(given),
    review: readReview(given),
    ...readSources(given),
    ...readSigning(given),
  }
}
