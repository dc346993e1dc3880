/** Whatever is logged under these names is a secret. */
const SECRETS: ReadonlySet<string> = new Set([
  'password',
  'token',
  'authorization',
  'Authorization',
  'data',
  'stringData',
])
/** So deep they are looked for: in the fields of a line, in what those hold, and in what that holds. */
const LEVELS = 3

/** The fields of a log line without secrets; the same object where it holds none. */
export function redact<Value>(value: Value, levels = LEVELS): Value {
  if (typeof value !== 'object' || value === null) return value
  let copy: Record<string, unknown> | undefined
  for (const [name, child] of Object.entries(value)) {
    const shown = SECRETS.has(name) ? '[Redacted]' : levels > 1 ? redact(child, levels - 1) : child
    if (shown === child) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[name] = shown
  }
  return (copy as Value | undefined) ?? value
}
