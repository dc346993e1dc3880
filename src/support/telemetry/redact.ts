import { REDACTED } from '../../model/secrets.ts'

/** Names of fields whose values are secrets. */
const SECRETS: ReadonlySet<string> = new Set([
  'password',
  'token',
  'authorization',
  'Authorization',
  'data',
  'stringData',
])
/** Maximum depth of the search: the fields of a line, their fields, and the fields of those. */
const LEVELS = 3

/** The fields of a log line with secrets redacted; the same object if it holds none. */
export function redact<Value>(value: Value, levels = LEVELS): Value {
  if (typeof value !== 'object' || value === null) return value
  let copy: Record<string, unknown> | undefined
  for (const [name, child] of Object.entries(value)) {
    const shown = SECRETS.has(name) ? REDACTED : levels > 1 ? redact(child, levels - 1) : child
    if (shown === child) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[name] = shown
  }
  return (copy as Value | undefined) ?? value
}
