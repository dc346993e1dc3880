import { type DestinationStream, type Logger, pino } from 'pino'
import type { OnUnforeseen } from '../../model/contained.ts'
import type { Finding } from '../../model/fault.ts'
import { printableJson } from '../../model/printable.ts'
import type { LogSettings } from '../../model/settings.ts'
import { logStream } from './log-stream.ts'
import { prettyStream } from './pretty-log.ts'
import { redact } from './redact.ts'

export type Log = Logger

/** Logs JSON lines for machines, or coloured lines for people; to standard error by default. */
export async function createLog({ level, format }: LogSettings, output?: DestinationStream): Promise<Log> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: printableJson },
    formatters: { level: (label: string) => ({ level: label }), log: redact<Record<string, unknown>> },
  }
  return pino(options, output ?? (format === 'pretty' ? await prettyStream() : logStream()))
}

/** Maximum number of faults of one installation that are logged at a time. */
export const MOST_LOGGED = 200
/** Maximum length of a message, in characters. */
const LONGEST_MESSAGE = 2_048

/** Logs each unforeseen error, with its stack. */
export function logUnforeseen(log: Log): OnUnforeseen {
  return (error, found) => log.error({ ...faultFields(found), stack: stackOf(error) }, 'unexpected error')
}

/** The stack without the message; the fault carries the part of it that may be shown. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}

/** A fault or notice as fields of a log line. */
export function faultFields({ code, message, location, object, remedy }: Finding): Record<string, unknown> {
  return { code, problem: message.slice(0, LONGEST_MESSAGE), ...location, ...(object && { object }), remedy }
}

/** Logs how many faults of an installation were not logged, if any. */
export function logMore(installation: string, count: number, log: Log): void {
  if (count > MOST_LOGGED) log.error({ installation, more: count - MOST_LOGGED }, 'more faults like these')
}
