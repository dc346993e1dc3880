import type { JsonValue } from '../../../model/json.ts'
import { dumpYaml } from './dump-yaml.ts'

/** A value as lines of text: a string as it is, anything else as YAML. */
export function textOfValue(value: JsonValue): string {
  return typeof value === 'string' ? value : dumpYaml(value, { lineWidth: -1 })
}
