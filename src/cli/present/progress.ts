import { cut } from '../../model/cut.ts'
import { printable } from '../../model/printable.ts'
import type { Io } from './io.ts'

/** Shows the current action on one line of the terminal; nothing if standard error is not a terminal. */
export interface Progress extends Disposable {
  readonly say: (text: string) => void
}

export function showProgress({ err }: Io): Progress {
  if (err.isTTY !== true) return { say: () => {}, [Symbol.dispose]: () => {} }
  const width = err.columns ?? 80
  return {
    say: (text) => {
      err.restartLine?.()
      err.write(cut(printable(text), width - 1))
    },
    [Symbol.dispose]: () => err.restartLine?.(),
  }
}
