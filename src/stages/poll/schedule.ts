import { createTask, validate } from 'node-cron'

/** Whether the text is a cron expression of five fields, or six with seconds first, or `@daily` and the like. */
export function isSchedule(text: string): boolean {
  return validate(text)
}

/** Milliseconds until the cron expression is due next. */
export function untilDue(schedule: string): number {
  const task = createTask(schedule, () => {})
  try {
    const [next] = task.getNextRuns(1)
    return next ? next.getTime() - Date.now() : Number.POSITIVE_INFINITY
  } finally {
    task.destroy()
  }
}
