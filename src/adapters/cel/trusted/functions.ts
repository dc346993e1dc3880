import { FAILED, itemsOf, Optional } from './value.ts'

type Callable = (...values: readonly unknown[]) => unknown

/** Functions, and methods with their target first. What does not fit their arguments fails. */
export const FUNCTIONS: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['contains', ofTexts((text, part) => text.includes(part))],
  ['endsWith', ofTexts((text, part) => text.endsWith(part))],
  ['matches', ofTexts((text, pattern) => new RegExp(pattern).test(text))],
  ['split', ofTexts((text, separator) => text.split(separator))],
  ['startsWith', ofTexts((text, part) => text.startsWith(part))],
  ['lowerAscii', (text) => (typeof text === 'string' ? text.toLowerCase() : FAILED)],
  ['hasValue', (value) => (value instanceof Optional ? value.value !== undefined : FAILED)],
  ['size', sizeOf],
  ['string', asText],
  ['int', asInteger],
])

function ofTexts(call: (text: string, other: string) => unknown): Callable {
  return (text, other) => (typeof text === 'string' && typeof other === 'string' ? call(text, other) : FAILED)
}

function sizeOf(value: unknown): unknown {
  return typeof value === 'string' ? value.length : (itemsOf(value)?.length ?? FAILED)
}

function asText(value: unknown): unknown {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : FAILED
}

function asInteger(value: unknown): unknown {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? Math.trunc(number) : FAILED
}
