import { FaultError, fault } from '../../model/fault.ts'
import type { BuildOptions } from '../go-program/build-go-program.ts'
import { buildEngine } from './build-engine.ts'
import type { Engine, EngineLimits } from './engine.ts'
import { engineProgram } from './engine-program.ts'
import { findInPath } from './find-in-path.ts'
import { type RendererPrograms, rendererPrograms } from './renderer-programs.ts'

export interface OpenEngineOptions extends BuildOptions {
  readonly limits?: Partial<EngineLimits>
}

/**
 * Opens the engine of this machine: the program reeve-engine that REEVE_ENGINE or PATH names, else one built
 * with Go; if the build fails, helm and kustomize (or kubectl) in PATH. Rejects with the fault no-renderer if
 * there is none.
 */
export async function openEngine(options: OpenEngineOptions = {}): Promise<Engine> {
  const environment = options.environment ?? process.env
  const named = environment.REEVE_ENGINE || (await findInPath('reeve-engine', environment))
  if (named) return engineProgram(named, options.limits)
  try {
    return engineProgram(await buildEngine(options), options.limits)
  } catch (cause) {
    const programs = await findRenderers(environment)
    if (!programs.helm && !programs.kustomize) throw noRenderer(cause)
    return rendererPrograms(programs, options.limits)
  }
}

async function findRenderers(environment: NodeJS.ProcessEnv): Promise<RendererPrograms> {
  const [helm, kustomize, kubectl] = await Promise.all(
    ['helm', 'kustomize', 'kubectl'].map((name) => findInPath(name, environment)),
  )
  if (kustomize) return { helm, kustomize: [kustomize, 'build'] }
  return { helm, kustomize: kubectl ? [kubectl, 'kustomize'] : undefined }
}

function noRenderer(cause: unknown): FaultError {
  const details = cause instanceof Error ? cause.message : String(cause)
  return new FaultError(fault('no-renderer', details), { cause })
}
