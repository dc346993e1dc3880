import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildGoProgram } from '../adapters/go-program/build-go-program.ts'
import { FaultError, fault } from '../model/fault.ts'
import type { Command } from './child.ts'
import { controlPlaneSource } from './control-plane-source.ts'
import { guard } from './reaper.ts'

/** The command of each program of the control plane. */
export interface Programs {
  readonly etcd: Command
  readonly apiServer: Command
  readonly kubectl: Command
  /** Undefined if KUBEBUILDER_ASSETS lacks it, which is usual. */
  readonly controllerManager: Command | undefined
}

/**
 * The programs in the directory KUBEBUILDER_ASSETS if that is set, else the one program in the user's cache
 * directory, built with Go if it is missing.
 */
export async function findPrograms(environment: NodeJS.ProcessEnv = process.env): Promise<Programs> {
  const assets = environment.KUBEBUILDER_ASSETS
  if (assets) return programsIn(assets)
  const source = await controlPlaneSource(environment)
  await buildGoProgram(source, { environment, onStart: guard })
  const { program } = source
  return {
    etcd: [program, 'etcd'],
    apiServer: [program, 'kube-apiserver'],
    kubectl: [program, 'kubectl'],
    controllerManager: [program, 'kube-controller-manager'],
  }
}

function programsIn(assets: string): Programs {
  const needed = ['etcd', 'kube-apiserver', 'kubectl'].filter((name) => !existsSync(join(assets, name)))
  if (needed.length > 0) {
    throw new FaultError(fault('control-plane-assets', `KUBEBUILDER_ASSETS has no ${needed.join(', ')}`))
  }
  const controllerManager = join(assets, 'kube-controller-manager')
  return {
    etcd: [join(assets, 'etcd')],
    apiServer: [join(assets, 'kube-apiserver')],
    kubectl: [join(assets, 'kubectl')],
    controllerManager: existsSync(controllerManager) ? [controllerManager] : undefined,
  }
}
