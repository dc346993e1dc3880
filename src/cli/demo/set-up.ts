import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, startControlPlane } from '../../sandbox/control-plane.ts'
import { type GitServer, startGitServer } from '../../sandbox/git-server.ts'
import { startPodSimulator } from '../../sandbox/pod-simulator.ts'
import { startReaper } from '../../sandbox/reaper.ts'
import { type ReeveProcess, startReeveProcess } from '../../sandbox/reeve-process.ts'
import { type WorkingCopy, workingCopy } from '../../sandbox/working-copy.ts'
import { mainModule, packageRoot } from '../../support/package/package-root.ts'

/** Name of the demo's cluster, which also names its status branch. */
export const CLUSTER = 'demo'
export const STATUS_BRANCH = `reeve/status/${CLUSTER}`

/** The demo's servers, working copy and controller. */
export interface Stage extends AsyncDisposable {
  readonly controlPlane: ControlPlane
  readonly git: GitServer
  readonly work: WorkingCopy
  readonly reeve: ReeveProcess
}

/** Starts the control plane and the Git server, pushes a copy of examples/fleet, and runs the controller. */
export async function setUp(say: (text: string) => void): Promise<Stage> {
  await using parts = new AsyncDisposableStack()
  const started = performance.now()
  const controlPlane = parts.use(await startControlPlane({ controllers: true }))
  say(`A Kubernetes control plane at ${controlPlane.server} (${seconds(started)})`)
  const git = parts.use(await startGitServer())
  say(`A Git server at ${git.url}`)
  const work = parts.use(await workingCopy(git))
  await pushExamples(work)
  parts.use(startPodSimulator(controlPlane.kubeconfig))
  const reeve = parts.use(await runReeve(controlPlane, git, parts))
  const all = parts.move()
  return { controlPlane, git, work, reeve, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function pushExamples(work: WorkingCopy): Promise<void> {
  await cp(join(packageRoot(), 'examples/fleet'), work.directory, { recursive: true })
  await work.commit('Declare the fleet')
  await work.push()
}

async function runReeve(
  { kubeconfig }: ControlPlane,
  { url }: GitServer,
  parts: AsyncDisposableStack,
): Promise<ReeveProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'reeve-demo-'))
  const reaper = startReaper()
  reaper.guardDirectory(dataDir)
  parts.defer(() => reaper.close())
  const flags = {
    repo: url,
    kubeconfig,
    cluster: CLUSTER,
    'data-dir': dataDir,
    interval: '1s',
    listen: 'none',
  }
  const args = ['run', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])]
  return startReeveProcess(mainModule(), args, { NO_PROXY: '*', no_proxy: '*' }) // all is on this machine
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
