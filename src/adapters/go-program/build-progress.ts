/** Ends the display of progress. */
export type EndProgress = () => void

/** A stream for progress, such as stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Shows `text` on one line, with the elapsed time on a terminal. */
export function showProgress(text: string, stream: ProgressStream = process.stderr): EndProgress {
  if (!stream.isTTY) {
    stream.write(`${text}\n`)
    return () => {}
  }
  const start = Date.now()
  const draw = () => stream.write(`\r\u001b[K${text} ${elapsed(Date.now() - start)}`)
  draw()
  const timer = setInterval(draw, 1000)
  return () => {
    clearInterval(timer)
    draw()
    stream.write('\n')
  }
}

function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
