import { stopSignal } from '../../roles/stop-signal.ts'
import { findPrograms } from '../../sandbox/control-plane-binary.ts'
import { aborted } from '../../support/concurrency/aborted.ts'
import type { Io } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import { play } from './scene.ts'
import { scenes } from './scenes.ts'
import { CLUSTER, STATUS_BRANCH, type Stage, setUp } from './set-up.ts'

export interface DemoOptions {
  /** Exit after the scenes; otherwise stay up until a signal. */
  readonly once: boolean
}

/** Shows the main job on a control plane and a Git server of its own. @returns the exit code */
export async function runDemo({ once }: DemoOptions, io: Io): Promise<number> {
  const stop = stopSignal()
  await using stage = await setUp((text) => io.out.write(`${text}\n`))
  const played = playAll(stage, io)
  const ended = await Promise.race([played, aborted(stop).then(() => 'stopped' as const)])
  if (ended === 'stopped') {
    played.catch(() => {}) // the servers that it waits for stop now
    return 0
  }
  if (!ended || once) return ended ? 0 : 1
  io.out.write(await farewell(stage, io))
  await aborted(stop)
  return 0
}

async function playAll(stage: Stage, io: Io): Promise<boolean> {
  try {
    for (const [index, scene] of scenes.entries()) await play(scene, index + 1, stage, io)
    return true
  } catch (error) {
    const log = stage.reeve.log.slice(-20).map((line) => JSON.stringify(line))
    io.err.write(
      `${error instanceof Error ? error.message : error}\nThe controller's last log lines:\n${log.join('\n')}\n`,
    )
    return false
  }
}

async function farewell({ controlPlane, git }: Stage, io: Io): Promise<string> {
  const { kubectl } = await findPrograms()
  const bold = (text: string) => paint('bold', text, io.colour)
  return `
${bold('Now you.')} This stays up until Ctrl-C; in another terminal:

  git clone ${git.url} fleet && cd fleet
  # change something, then
  git commit -am 'My change' && git push
  git fetch && git log -p origin/${STATUS_BRANCH}

  export KUBECONFIG=${controlPlane.kubeconfig}
  alias kubectl='${kubectl.join(' ')}'
  kubectl get all,chats -A -l reeve.dev/repository

  npm run --silent reeve -- plan --cluster ${CLUSTER} \\
    --repo ${git.url}
`
}
