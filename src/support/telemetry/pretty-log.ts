import type { DestinationStream } from 'pino'
import { printable } from '../../model/printable.ts'

const BOOKKEEPING: ReadonlySet<string> = new Set(['level', 'time', 'msg'])
const OBJECT_ID = /^[0-9a-f]{40}$/

/** Log lines for people: time, level, message, and the fields as `name=value`. */
export async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    destination: 2,
    sync: true,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    messageFormat: (line) => `${printable(String(line.msg))}${fields(line)}`,
  })
}

function fields(line: Record<string, unknown>): string {
  return Object.entries(line)
    .filter(([name]) => !BOOKKEEPING.has(name))
    .map(([name, value]) => ` ${printable(name)}=${printable(presentValue(value))}`)
    .join('')
}

function presentValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  if (OBJECT_ID.test(value)) return value.slice(0, 7)
  return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value)
}
