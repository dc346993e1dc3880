import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { ProvenanceRule } from '../../model/provenance.ts'
import { locator } from '../../stages/declare/yaml/line-of.ts'
import { parseYaml } from '../../stages/declare/yaml/parse-yaml.ts'

/** Faults of a configuration file's rules whose key files cannot be read now, or have no keys. */
export async function keyFaults(
  file: string,
  text: string,
  rules: readonly ProvenanceRule[],
): Promise<readonly Fault[]> {
  if (rules.length === 0) return []
  const { checkRuleFiles } = await import('../../adapters/source/provenance/check-rule-files.ts') // --help stays quick
  const [first] = parseYaml(text, file)
  const locate = locator(text)
  const found = await Promise.all(
    rules.map(async (rule, index): Promise<readonly Fault[]> => {
      try {
        await checkRuleFiles(rule)
        return []
      } catch (error) {
        if (!(error instanceof FaultError)) throw error
        const line = (first && locate(first.document, `/provenance/${index}`)) ?? 1
        return [fault('bad-config', error.fault.message, { location: { file, line } })]
      }
    }),
  )
  return found.flat()
}
