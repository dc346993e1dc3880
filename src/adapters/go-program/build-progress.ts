/** Says what goes on; ends when called. */
export type EndProgress = () => void

/** Where progress is shown; stderr is one. */
export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Shows `text` as one line, on a terminal with the time that has passed. */
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
