import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterClient } from '../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../src/adapters/cluster/load-kube-config.ts'
import { type ControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import type { GitServer } from '../../src/sandbox/git-server.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { createMetrics, type Metrics } from '../../src/support/telemetry/metrics.ts'
import { openUpstream, type Upstream } from '../helpers/fault-proxy/upstream.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { WIDGET_DEFINITION } from './world/catalogue.ts'

/**
 * What all runs share: an API server, and a Git server with a branch for each run. It is a control plane of its
 * own, as those of the pool note all requests, which are very many here.
 */
export interface Bed extends AsyncDisposable {
  readonly controlPlane: ControlPlane
  readonly git: Pick<GitServer, 'url' | 'directory'>
  readonly upstream: Upstream
  /** Straight to the API server. */
  readonly client: ClusterClient
  /** Each run has a directory of its own below. */
  readonly directory: string
  readonly metrics: Metrics
}

export async function openBed(): Promise<Bed> {
  const stack = new AsyncDisposableStack()
  const controlPlane = stack.use(await startControlPlane())
  const git = await startGitProcess(stack)
  const upstream = stack.use(await openUpstream(controlPlane))
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig))
  stack.defer(() => client[Symbol.asyncDispose]())
  const directory = await mkdtemp(join(tmpdir(), 'reeve-chaos-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  stack.defer(() => reaper.close())
  await apply(controlPlane, JSON.stringify(WIDGET_DEFINITION))
  await kubectl(controlPlane, 'wait', '--for=condition=Established', `crd/${WIDGET_DEFINITION.metadata.name}`)
  return {
    controlPlane,
    git,
    upstream,
    client,
    directory,
    metrics: createMetrics(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** The Git server in a process of its own, which ends with this one. */
async function startGitProcess(stack: AsyncDisposableStack): Promise<Bed['git']> {
  const child = fork(new URL('serve-git.ts', import.meta.url))
  stack.defer(async () => {
    const exited = once(child, 'exit')
    if (!child.connected) return
    child.disconnect()
    await exited
  })
  const [git] = await once(child, 'message')
  return git
}
