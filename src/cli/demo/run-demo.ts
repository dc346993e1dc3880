import { resolve } from 'node:path'
import { shellWord } from '../../model/shell-word.ts'
import { stopSignal } from '../../roles/stop-signal.ts'
import { findPrograms } from '../../sandbox/control-plane-binary.ts'
import { aborted } from '../../support/concurrency/aborted.ts'
import { mainModule } from '../../support/package/package-root.ts'
import type { Io } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import { Narrator } from './narrator.ts'
import { play } from './scene.ts'
import { scenes } from './scenes.ts'
import { CLUSTER, STATUS_BRANCH, type Stage, setUp } from './set-up.ts'

const TOLD_EVERY_MS = 100

export interface DemoOptions {
  /** Exit after the scenes; otherwise stay up until a signal. */
  readonly once: boolean
}

/** Shows the main job on a control plane and a Git server of its own. @returns the exit code */
export async function runDemo({ once }: DemoOptions, io: Io): Promise<number> {
  const stop = stopSignal()
  await using stage = await setUp((text) => io.out.write(`${text}\n`))
  const played = playAll(stage, io, stop)
  const ended = await Promise.race([played, aborted(stop).then(() => 'stopped' as const)])
  if (ended === 'stopped') return 0
  if (!ended || once) return ended ? 0 : 1
  io.out.write(await farewell(stage, io))
  return await narrate(stage, io, stop)
}

async function playAll(stage: Stage, io: Io, stop: AbortSignal): Promise<boolean> {
  try {
    for (const [index, scene] of scenes.entries()) await play(scene, index + 1, { stage, io, stop })
    return true
  } catch (error) {
    if (stop.aborted) return false // the servers that it waited for stop, too
    const log = stage.reeve.log.slice(-20).map((line) => JSON.stringify(line))
    io.err.write(
      `${error instanceof Error ? error.message : error}\nThe controller's last log lines:\n${log.join('\n')}\n`,
    )
    return false
  }
}

/** Tells what Reeve does until a signal. @returns the exit code */
async function narrate({ reeve }: Stage, io: Io, stop: AbortSignal): Promise<number> {
  const narrator = new Narrator(reeve.log, io)
  const timer = setInterval(() => narrator.tell(), TOLD_EVERY_MS)
  try {
    const ended = await Promise.race([reeve.exited, aborted(stop)])
    if (ended === undefined) return 0
    io.err.write(`The controller ended (${ended}).\n`)
    return 1
  } finally {
    clearInterval(timer)
  }
}

async function farewell({ controlPlane, git }: Stage, io: Io): Promise<string> {
  const { kubectl } = await findPrograms()
  const bold = (text: string) => paint('bold', text, io.colour)
  const words = (...all: readonly string[]) => all.map(shellWord).join(' ')
  const kubeconfig = words('--kubeconfig', controlPlane.kubeconfig)
  return `
${bold('Now you.')} This stays up until Ctrl-C and tells what happens. In another terminal:

  git clone ${shellWord(git.url)} reeve-demo && cd reeve-demo
  sed -i.bak 's/replicas: 3/replicas: 4/' acme/web.yaml
  git commit -am 'Scale acme' && git push
  git fetch && git log -p origin/${STATUS_BRANCH}

  ${words(...kubectl.map(absolute))} \\
    ${kubeconfig} \\
    get all,chats -A -l reeve.dev/repository

  ${words(process.execPath, mainModule())} plan --cluster ${CLUSTER} \\
    ${kubeconfig} \\
    --repo ${shellWord(git.url)}
`
}

/** A program's path from anywhere; other words stay as they are. */
function absolute(word: string, index: number): string {
  return index === 0 ? resolve(word) : word
}
