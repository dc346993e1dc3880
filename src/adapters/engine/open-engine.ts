import { errorMessage } from '../../model/error-message.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { BuildOptions } from '../go-program/build-go-program.ts'
import { buildEngine } from './build-engine.ts'
import type { Engine, EngineLimits } from './engine.ts'
import { engineProgram } from './engine-program.ts'
import { findInPath } from './find-in-path.ts'

export interface OpenEngineOptions extends BuildOptions {
  readonly limits?: Partial<EngineLimits>
}

/**
 * Opens the engine of this machine: the program reeve-engine that REEVE_ENGINE or PATH names, else one built
 * with Go. The programs helm, kustomize and kubectl are no engine: they need values and files on disk, and read
 * what a kustomization names there. Rejects with the fault no-renderer if there is none.
 */
export async function openEngine(options: OpenEngineOptions = {}): Promise<Engine> {
  const environment = options.environment ?? process.env
  const named = environment.REEVE_ENGINE || (await findInPath('reeve-engine', environment))
  if (named) return engineProgram(named, options.limits)
  try {
    return engineProgram(await buildEngine(options), options.limits)
  } catch (cause) {
    throw noRenderer(cause)
  }
}

function noRenderer(cause: unknown): FaultError {
  const details = errorMessage(cause)
  return new FaultError(fault('no-renderer', details), { cause })
}
