import { writeJson } from '../../model/json.ts'
import { printableJson } from '../../model/printable.ts'
import { dumpYaml } from '../../stages/plan/describe/dump-yaml.ts'

/** A document for programs, with escapes for all characters that do not show. */
export function documentText(document: object, format: 'json' | 'yaml'): string {
  return format === 'json' ? `${printableJson(writeJson(document, 2))}\n` : dumpYaml(document)
}
