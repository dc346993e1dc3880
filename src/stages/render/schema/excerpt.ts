import { isJsonArray, type JsonValue } from '../../../model/json.ts'
import { REDACTED, type Secrets } from '../../../model/secrets.ts'

/** Maximum length of a value quoted in a message, in characters. */
const LONGEST = 200

/**
 * A value as JSON, truncated where it is long. Each key or scalar that is a secret or contains one is redacted
 * before, as the beginning of a secret is not recognised as one.
 */
export function excerpt(value: JsonValue, secrets?: Secrets): string {
  const text = excerptOf(value, LONGEST, secrets)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** Reads no more of the value than is shown. */
function excerptOf(value: JsonValue, room: number, secrets: Secrets | undefined): string {
  if (typeof value !== 'object' || value === null) return scalar(value, room, secrets)
  const [open, close] = isJsonArray(value) ? '[]' : '{}'
  let text = `${open}`
  for (const [key, item] of Object.entries(value)) {
    if (text.length > room) break
    const name = isJsonArray(value) ? '' : `${scalar(key, room, secrets)}:`
    text += `${text.length > 1 ? ',' : ''}${name}${excerptOf(item, room - text.length, secrets)}`
  }
  return text + close
}

function scalar(
  value: string | number | bigint | boolean | null,
  room: number,
  secrets: Secrets | undefined,
): string {
  if (secrets?.isIn(String(value))) return REDACTED
  return typeof value === 'string' ? JSON.stringify(value.slice(0, room + 1)) : String(value)
}
