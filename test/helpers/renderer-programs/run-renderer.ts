import type { EngineLimits, RenderFailure } from '../../../src/adapters/engine/engine.ts'
import { failure } from '../../../src/adapters/engine/job.ts'
import { programEnvironment } from './program-environment.ts'
import { runBounded } from './run-bounded.ts'

export interface RendererRun {
  readonly program: string
  readonly args: readonly string[]
  /** A directory for the program's own files. */
  readonly home: string
  readonly limits: EngineLimits
  /** Makes a failure of the stderr of a failed program. */
  readonly explain: (words: string) => RenderFailure
}

/** Runs helm or kustomize within the limits; resolves to its output, or to the reason why there is none. */
export async function runRenderer(run: RendererRun): Promise<string | RenderFailure> {
  const { program, args, home, limits, explain } = run
  const ran = await runBounded(program, args, programEnvironment(home), limits)
  switch (ran.ended) {
    case 'timeout':
      return failure('bounds', `rendering takes longer than ${limits.timeoutMs / 1000} s`)
    case 'output':
      return failure('bounds', `rendering produces more than ${limits.outputBytes} bytes`)
    case 'itself':
      return ran.code === 0 ? ran.stdout : explain(ran.stderr)
  }
}
