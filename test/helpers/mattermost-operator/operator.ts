import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'
import { ServerProcess } from '../../../src/sandbox/server-process.ts'
import { kubectl } from '../live.ts'
import { until } from '../until.ts'
import { buildMattermostOperator } from './build.ts'

/** The real Mattermost operator at work on a control plane. */
export interface MattermostOperator extends AsyncDisposable {
  /** What it has logged so far. */
  log(): Promise<string>
  readonly processId: number
}

export interface MattermostOperatorOptions {
  /**
   * Environment variables: MAX_RECONCILING_INSTALLATIONS, how many resources may be on their way to stable
   * (by default 20: more than that wait, 20 s at a time), MAX_RECONCILE_CONCURRENCY (1) and
   * REQUEUE_ON_LIMIT_DELAY (20s).
   */
  readonly settings?: Readonly<Record<string, string>>
}

type Cluster = Pick<ControlPlane, 'kubeconfig' | 'directory' | 'kubectl'>

/**
 * Applies the operator's CustomResourceDefinitions and starts it. It needs a control plane with
 * `controllers: true`, listens on no port, and ends with this process, however that ends.
 */
export async function startMattermostOperator(
  controlPlane: Cluster,
  { settings = {} }: MattermostOperatorOptions = {},
): Promise<MattermostOperator> {
  const { program, definitions } = await buildMattermostOperator()
  await applyDefinitions(controlPlane, definitions)
  const reaper = startReaper()
  const logFile = join(controlPlane.directory, 'mattermost-operator.log')
  const log = () => readFile(logFile, 'utf8')
  const server = new ServerProcess({
    name: 'mattermost-operator',
    command: ['env', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`), program],
    arguments: ['--kubeconfig', controlPlane.kubeconfig, '--metrics-addr', '0'],
    directory: controlPlane.directory,
    log: logFile,
    reaper,
    isReady: async () => workersIn(await log()) === CONTROLLERS,
  })
  await server.start()
  return {
    log,
    processId: server.processId ?? 0,
    async [Symbol.asyncDispose]() {
      await server.kill()
      await reaper.close()
    },
  }
}

async function applyDefinitions(controlPlane: Cluster, directory: string): Promise<void> {
  await kubectl(controlPlane, 'create', '-f', directory)
  const wait = ['wait', '--for=condition=Established', '--timeout=60s', '-f', directory]
  // It fails at once where a definition has no status yet.
  await until('the definitions to be served', async () => (await controlPlane.kubectl(wait)).code === 0)
}

/** Of Mattermost, MattermostRestoreDB and the older ClusterInstallation. */
const CONTROLLERS = 3

function workersIn(log: string): number {
  return log.split('Starting workers').length - 1
}
