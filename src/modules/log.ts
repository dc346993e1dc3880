import { type Logger, pino } from 'pino'
import type { Fault } from '../model/fault.ts'
import type { LogSettings } from '../model/settings.ts'
import { logStream } from './log-stream.ts'
import { prettyStream } from './pretty-log.ts'
import { redact } from './redact.ts'

export type Log = Logger

/** Logs to standard error: JSON lines for machines, or coloured lines for people. */
export async function createLog({ level, format }: LogSettings): Promise<Log> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redact<Record<string, unknown>> },
  }
  return pino(options, format === 'pretty' ? await prettyStream() : logStream())
}

/** A fault as fields of a log line. */
export function faultFields({ code, message, location, object, remedy }: Fault): Record<string, unknown> {
  return { code, problem: message, ...location, ...(object && { object }), remedy }
}
