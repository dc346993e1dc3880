import { isJsonArray, type JsonValue, writeJson } from '../../model/json.ts'
import type { Path } from './edit.ts'

export interface Style {
  /** Names and texts are quoted, as JSON has it. */
  readonly isJson: boolean
  /** Indent of a level. */
  readonly step: number
}

/** Texts that no reader of YAML takes for anything else, whatever its version. */
const PLAIN = /^[A-Za-z][\w-]*(?:[./][\w-]+)*$/
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null|inf|nan)$/i

/** A text on one line. */
export function scalarText(value: string, isJson: boolean): string {
  return !isJson && PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value)
}

/** A value, and the mappings around it, on one line. */
export function flowText([name, ...rest]: Path, value: JsonValue, isJson: boolean): string {
  if (name !== undefined)
    return `{${isJson ? '' : ' '}${flowPair(name, rest, value, isJson)}${isJson ? '' : ' '}}`
  if (isTexts(value)) return `[${value.map((item) => scalarText(item, isJson)).join(', ')}]`
  return typeof value === 'string' ? scalarText(value, isJson) : writeJson(value)
}

export function flowPair(name: string, rest: Path, value: JsonValue, isJson: boolean): string {
  return `${scalarText(name, isJson)}: ${flowText(rest, value, isJson)}`
}

/** Lines of a pair without their indent, the first one with its name. */
export function blockPair(name: string, rest: Path, value: JsonValue, style: Style): readonly string[] {
  const key = scalarText(name, false)
  const [next, ...further] = rest
  const indent = ' '.repeat(style.step)
  if (next !== undefined) {
    const inner = blockPair(next, further, value, style)
    return [`${key}:`, ...inner.map((line) => indent + line)]
  }
  if (!isTexts(value) || value.length === 0) return [`${key}: ${flowText([], value, false)}`]
  return [`${key}:`, ...value.map((item) => `${indent}- ${scalarText(item, false)}`)]
}

function isTexts(value: JsonValue): value is readonly string[] {
  return isJsonArray(value) && value.every((item) => typeof item === 'string')
}
