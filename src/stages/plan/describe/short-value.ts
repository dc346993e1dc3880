import { type JsonValue, writeJson } from '../../../model/json.ts'

/** A value on one line; an unambiguous string without quotes. */
export function shortValue(value: JsonValue): string {
  return typeof value === 'string' && isPlain(value) ? value : writeJson(value)
}

function isPlain(text: string): boolean {
  return /^[A-Za-z/(][\w ./:@+,()-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
}
