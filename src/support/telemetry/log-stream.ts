import { type DestinationStream, pino } from 'pino'

/** Time for which lines are buffered, in milliseconds: a killed process may lose that much. */
const GATHER_MS = 10

/**
 * Standard error for JSON lines. Lines logged within a moment are one write, because each write costs as much
 * as planning an object.
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
