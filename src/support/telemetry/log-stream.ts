import { type DestinationStream, pino } from 'pino'

/** So long lines are gathered, in milliseconds: what a process that is killed may leave untold. */
const GATHER_MS = 10

/**
 * Standard error for JSON lines. What is logged within a moment is one write, since each costs as
 * much as planning an object.
 */
export function logStream(): DestinationStream {
  const file = pino.destination({ fd: 2, sync: true })
  let lines = ''
  const flush = () => {
    process.off('exit', flush)
    const text = lines
    lines = ''
    if (text !== '') file.write(text)
  }
  return {
    write(line) {
      if (lines === '') {
        setTimeout(flush, GATHER_MS)
        process.once('exit', flush)
      }
      lines += line
    },
  }
}
