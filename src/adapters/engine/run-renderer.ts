import type { EngineLimits, RenderFailure } from './engine.ts'
import { failure } from './job.ts'
import { programEnvironment } from './program-environment.ts'
import { runBounded } from './run-bounded.ts'

export interface RendererRun {
  readonly program: string
  readonly args: readonly string[]
  /** An empty directory for what the program keeps. */
  readonly home: string
  readonly limits: EngineLimits
  /** What to say where the program failed with these words on stderr. */
  readonly explain: (words: string) => RenderFailure
}

/** Runs helm or kustomize within the limits; gives what it printed, or why there is nothing. */
export async function runRenderer(run: RendererRun): Promise<string | RenderFailure> {
  const { program, args, home, limits, explain } = run
  const ran = await runBounded(program, args, programEnvironment(home), limits)
  switch (ran.ended) {
    case 'timeout':
      return failure('bounds', `rendering takes longer than ${limits.timeoutMs / 1000} s`)
    case 'output':
      return failure('bounds', `rendering gives more than ${limits.outputBytes} bytes`)
    case 'itself':
      return ran.code === 0 ? ran.stdout : explain(ran.stderr)
  }
}
