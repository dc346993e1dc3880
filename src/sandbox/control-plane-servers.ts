import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isApiServerReady } from './api-server-ready.ts'
import {
  apiServerArguments,
  controllerManagerArguments,
  etcdArguments,
  etcdSocket,
} from './control-plane-arguments.ts'
import type { Programs } from './control-plane-binary.ts'
import type { ControlPlaneFiles, ControlPlaneTokens } from './control-plane-files.ts'
import type { Reaper } from './reaper.ts'
import { ServerProcess } from './server-process.ts'

/** Inputs of the servers of one control plane. */
export interface ControlPlaneSetup {
  readonly programs: Programs
  readonly files: ControlPlaneFiles
  /** Port of the API server at 127.0.0.1. */
  readonly port: number
  /** URL of the API server. */
  readonly server: string
  readonly tokens: ControlPlaneTokens
  /** Whether the API server logs every request. */
  readonly audit: boolean
  readonly reaper: Reaper
}

export function etcdServer({ programs, files, reaper }: ControlPlaneSetup): ServerProcess {
  return new ServerProcess({
    name: 'etcd',
    command: programs.etcd,
    arguments: etcdArguments(files),
    directory: files.directory,
    log: join(files.directory, 'etcd.log'),
    reaper,
    isReady: async () => existsSync(join(files.directory, etcdSocket)),
  })
}

export function apiServer(setup: ControlPlaneSetup): ServerProcess {
  const { programs, files, port, server, tokens, audit, reaper } = setup
  return new ServerProcess({
    name: 'kube-apiserver',
    command: programs.apiServer,
    arguments: apiServerArguments(files, port, audit),
    directory: files.directory,
    log: join(files.directory, 'kube-apiserver.log'),
    reaper,
    isReady: () => isApiServerReady(server, files.caFile, tokens.admin),
  })
}

/** Undefined without such a program. Its kubeconfig must exist when it starts. */
export function controllerManager({ programs, files, reaper }: ControlPlaneSetup): ServerProcess | undefined {
  if (!programs.controllerManager) return undefined
  return new ServerProcess({
    name: 'kube-controller-manager',
    command: programs.controllerManager,
    arguments: controllerManagerArguments(files),
    directory: files.directory,
    log: join(files.directory, 'kube-controller-manager.log'),
    reaper,
    isReady: async () => true, // callers wait for the controllers' effects instead
  })
}
