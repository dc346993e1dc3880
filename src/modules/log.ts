import { type Logger, pino } from 'pino'
import type { Fault } from '../model/fault.ts'
import type { LogSettings } from '../model/settings.ts'
import { prettyStream } from './pretty-log.ts'

export type Log = Logger

/** Whatever is logged under these names is a secret, at any of the first three levels. */
const SECRETS = ['password', 'token', 'authorization', 'Authorization', 'data', 'stringData']

/** Logs to standard error: JSON lines for machines, or coloured lines for people. */
export async function createLog({ level, format }: LogSettings): Promise<Log> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  }
  return pino(options, format === 'pretty' ? await prettyStream() : pino.destination({ fd: 2, sync: true }))
}

/** A fault as fields of a log line. */
export function faultFields({ code, message, location, object, remedy }: Fault): Record<string, unknown> {
  return { code, problem: message, ...location, ...(object && { object }), remedy }
}
