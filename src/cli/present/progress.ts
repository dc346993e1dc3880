import type { Io } from './io.ts'
import { cut, plain } from './wrap.ts'

const CLEAR_LINE = '\r\u001b[K'

/** Shows the current action on one line of the terminal; nothing if standard error is not a terminal. */
export interface Progress extends Disposable {
  readonly say: (text: string) => void
}

export function showProgress({ err }: Io): Progress {
  if (err.isTTY !== true) return { say: () => {}, [Symbol.dispose]: () => {} }
  const width = err.columns ?? 80
  return {
    say: (text) => void err.write(`${CLEAR_LINE}${cut(plain(text), width - 1)}`),
    [Symbol.dispose]: () => void err.write(CLEAR_LINE),
  }
}
