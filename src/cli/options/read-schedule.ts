import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

/** Reads a cron expression of five or, with seconds first, six fields. */
export async function readSchedule(text: string): Promise<Parsed<string>> {
  const { isSchedule } = await import('../../stages/poll/schedule.ts')
  const schedule = text.trim()
  return isSchedule(schedule)
    ? { value: schedule }
    : { problem: `${quoted(text)} is not a cron expression such as "*/5 * * * *"` }
}
