import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { guard } from '../../../src/sandbox/reaper.ts'
import { packageRoot } from '../../../src/support/package/package-root.ts'

const MAIN = join(packageRoot(), process.env.REEVE_MAIN ?? 'src/cli/main.ts')

/** A `reeve ARGS` that goes on until it is interrupted. */
export interface StartedCommand extends AsyncDisposable {
  /** All that it wrote so far. */
  stdout(): string
  stderr(): string
  /** Presses Ctrl-C. @returns the exit code */
  interrupt(): Promise<number | null>
}

/** Starts `reeve ARGS`, with a terminal of its own where it has a size (script(1) of util-linux). */
export function startCommand(
  args: readonly string[],
  terminal?: { readonly columns: number; readonly rows: number },
): StartedCommand {
  const words = [process.execPath, MAIN, ...args]
  const child = terminal
    ? spawn(
        'script',
        [
          '-qefc',
          `stty cols ${terminal.columns} rows ${terminal.rows} && exec ${words.map(quoted).join(' ')}`,
          '/dev/null',
        ],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
        },
      )
    : spawn(words[0] ?? '', words.slice(1), {
        env: { ...process.env, NO_COLOR: '1' },
        stdio: ['pipe', 'pipe', 'pipe'],
      })
  guard(child)
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  const ended = once(child, 'close')
  return {
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    async interrupt() {
      if (terminal) child.stdin.write('\u0003')
      else child.kill('SIGINT')
      return (await ended)[0]
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
