import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultError, fault } from '../model/fault.ts'
import { type ControlPlane, type ControlPlaneAccess, reach } from './control-plane-access.ts'
import { etcdSocket } from './control-plane-arguments.ts'
import { findPrograms, type Programs } from './control-plane-binary.ts'
import { newTokens, writeControlPlaneFiles, writeKubeconfigs } from './control-plane-files.ts'
import { apiServer, type ControlPlaneSetup, controllerManager, etcdServer } from './control-plane-servers.ts'
import { freePort } from './free-port.ts'
import { type Reaper, startReaper } from './reaper.ts'

export type { ControlPlane } from './control-plane-access.ts'

export interface ControlPlaneOptions {
  /**
   * Also run kube-controller-manager: Deployments get ReplicaSets and Pods, and dependents are
   * garbage-collected.
   */
  readonly controllers?: boolean
  /** Log every request for `requests` and `writes`; slows the API server down. */
  readonly auditLog?: boolean
  /** By default those that findPrograms finds or builds. */
  readonly programs?: Programs
}

/** A control plane that this process starts and stops. */
export interface OwnControlPlane extends ControlPlane, AsyncDisposable {
  /** Process ids of the running servers. */
  processIds(): readonly number[]
  /** Starts kube-controller-manager if it is not running. */
  startControllers(): Promise<void>
  /** Ends kube-controller-manager with SIGKILL. */
  killControllers(): Promise<void>
  /** Stops the API server gracefully (SIGTERM); etcd and its data stay. */
  stopApiServer(): Promise<void>
  /** Ends the API server with SIGKILL. */
  killApiServer(): Promise<void>
  /** Starts the API server again at the same port. Resolves when it is ready. */
  startApiServer(): Promise<void>
  /** Path of the Unix socket of etcd's API, over gRPC and HTTP. */
  readonly etcdSocket: string
  /** Argument for `reach`, also in another thread or process. */
  readonly access: ControlPlaneAccess
  /** Ends the API server and etcd, runs a task on the directory of etcd's data, and starts both again. */
  whileStopped(task: (etcdData: string) => Promise<void>): Promise<void>
  /** Ends everything and removes the directory. */
  stop(): Promise<void>
}

const attempts = 3

/** Starts a control plane on free ports. Rejects with a FaultError that says what is missing. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<OwnControlPlane> {
  const programs = options.programs ?? (await findPrograms())
  if (options.controllers && !programs.controllerManager) {
    throw new FaultError(fault('control-plane-assets', 'KUBEBUILDER_ASSETS has no kube-controller-manager'))
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(programs, options)
    } catch (error) {
      if (attempt === attempts || !lostPort(error)) throw error
    }
  }
}

// Another process may take the port between the check and the start of the server.
function lostPort(error: unknown): boolean {
  return error instanceof Error && error.message.includes('address already in use')
}

async function startOnce(programs: Programs, options: ControlPlaneOptions): Promise<OwnControlPlane> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-control-plane-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  try {
    const setup = await prepare(directory, programs, options, reaper)
    return await startServers(setup, options.controllers ?? false)
  } catch (error) {
    await reaper.close()
    throw error
  }
}

async function prepare(
  directory: string,
  programs: Programs,
  options: ControlPlaneOptions,
  reaper: Reaper,
): Promise<ControlPlaneSetup> {
  const tokens = newTokens()
  const files = await writeControlPlaneFiles(directory, tokens)
  const port = await freePort()
  const server = `https://127.0.0.1:${port}`
  return { programs, files, port, server, tokens, audit: options.auditLog ?? false, reaper }
}

async function startServers(setup: ControlPlaneSetup, controllers: boolean): Promise<OwnControlPlane> {
  const etcd = etcdServer(setup)
  const api = apiServer(setup)
  const manager = controllerManager(setup)
  await Promise.all([etcd.start(), api.start()])
  await writeKubeconfigs(setup.files, setup.server, setup.tokens)
  if (controllers) await manager?.start()
  // No data is kept, so there is no need for a graceful stop.
  const stop = async () => {
    await Promise.all([manager?.kill(), api.kill(), etcd.kill()])
    await setup.reaper.close()
  }
  const access = accessTo(setup)
  return {
    ...reach(access),
    access,
    etcdSocket: join(setup.files.directory, etcdSocket),
    processIds: () => [etcd, api, manager].flatMap((server) => server?.processId ?? []),
    startControllers: async () => manager?.start(),
    killControllers: async () => manager?.kill(),
    stopApiServer: () => api.stop(),
    killApiServer: () => api.kill(),
    startApiServer: () => api.start(),
    whileStopped: async (task) => {
      await api.kill()
      await etcd.kill()
      await task(setup.files.etcdData)
      await Promise.all([etcd.start(), api.start()])
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function accessTo({ programs, files, server, tokens, audit }: ControlPlaneSetup): ControlPlaneAccess {
  return {
    server,
    token: tokens.admin,
    kubeconfig: files.kubeconfig,
    caFile: files.caFile,
    directory: files.directory,
    kubectl: programs.kubectl,
    auditLog: audit ? files.auditLog : undefined,
  }
}
