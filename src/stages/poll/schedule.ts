import { createTask, validate } from 'node-cron'

/**
 * Whether a text is a cron expression of five fields, of six with seconds first, or a nickname such as
 * `@daily`.
 */
export function isSchedule(text: string): boolean {
  return validate(text)
}

/** Milliseconds until the next run of a cron expression. */
export function untilDue(schedule: string): number {
  const task = createTask(schedule, () => {})
  try {
    const [next] = task.getNextRuns(1)
    return next ? next.getTime() - Date.now() : Number.POSITIVE_INFINITY
  } finally {
    task.destroy()
  }
}
