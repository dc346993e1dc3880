import type { JsonValue } from '../../model/json.ts'
import type { FieldChange } from '../../stages/plan/describe/changes.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { cut } from './wrap.ts'

/** One changed field as a diff: the live value after `-`, the declared value after `+`. */
export function presentChange(change: FieldChange, indent: string, options: PlanTextOptions): string {
  const line = (sign: '-' | '+', value: JsonValue | undefined) => {
    if (value === undefined) return ''
    const text = cut(`${sign} ${change.path}: ${short(value)}`, options.width - indent.length)
    return `${indent}${paint(sign === '-' ? 'red' : 'green', text, options.colour)}\n`
  }
  return line('-', change.before) + line('+', change.after)
}

/** A value on one line; an unambiguous string without quotes. */
export function short(value: JsonValue): string {
  return typeof value === 'string' && isPlain(value) ? value : JSON.stringify(value)
}

function isPlain(text: string): boolean {
  return /^[A-Za-z/(][\w ./:@+,()-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
}
