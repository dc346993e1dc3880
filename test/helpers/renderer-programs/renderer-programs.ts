import type { Engine, EngineLimits } from '../../../src/adapters/engine/engine.ts'
import { engineLimits } from '../../../src/adapters/engine/engine-limits.ts'
import { failure } from '../../../src/adapters/engine/job.ts'
import { Limit } from '../../../src/support/concurrency/limit.ts'
import { helmByProgram } from './helm-program.ts'
import { type KustomizeCommand, kustomizeByProgram } from './kustomize-program.ts'

/** Time after which a rendering no longer keeps others waiting, in milliseconds. */
const SLOW_AFTER_MS = 1_000

/** Paths of the programs found. */
export interface RendererPrograms {
  readonly helm: string | undefined
  readonly kustomize: KustomizeCommand | undefined
}

/** An engine that runs helm or kustomize for each rendering: slower, and without live objects. */
export function rendererPrograms(programs: RendererPrograms, given: Partial<EngineLimits> = {}): Engine {
  const limits = engineLimits(given)
  const turns = new Limit({
    atOnce: limits.parallel,
    slow: { afterMs: SLOW_AFTER_MS, atOnce: limits.parallel },
  })
  const limitedTo = (timeoutMs = limits.timeoutMs) => ({ ...limits, timeoutMs })
  const { helm, kustomize } = programs
  return {
    helm: async (request) =>
      helm
        ? turns.run(() => helmByProgram(helm, request, limitedTo(request.timeoutMs)))
        : failure('engine', missing('helm')),
    kustomize: async (request) =>
      kustomize
        ? turns.run(() => kustomizeByProgram(kustomize, request, limitedTo(request.timeoutMs)))
        : failure('engine', missing('kustomize')),
    async [Symbol.asyncDispose]() {},
  }
}

function missing(program: string): string {
  return `${program} is not in PATH: install it or reeve-engine, or install Go so that Reeve can build reeve-engine`
}
