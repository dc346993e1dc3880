import { dump } from 'js-yaml'
import type { JsonValue } from '../../../model/json.ts'

/** A value as lines of text: a string as it is, anything else as YAML. */
export function textOfValue(value: JsonValue): string {
  return typeof value === 'string' ? value : dump(value, { noRefs: true, lineWidth: -1 })
}
