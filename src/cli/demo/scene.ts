import type { InstallationState } from '../../model/status.ts'
import { git } from '../../sandbox/git-process.ts'
import type { GitServer } from '../../sandbox/git-server.ts'
import type { LogLine } from '../../sandbox/reeve-process.ts'
import { until } from '../../sandbox/until.ts'
import { readRecord } from '../../stages/report/read-record.ts'
import { statusPath } from '../../stages/report/status-path.ts'
import type { Io } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import { Narrator } from './narrator.ts'
import type { Stage } from './set-up.ts'

const PATIENCE_MS = 60_000
/** The installations of examples/fleet. */
const INSTALLATIONS = ['acme', 'eu/globex', 'platform'] as const

/** One change, and how Reeve reacts. */
export interface Scene {
  readonly title: string
  /** The action, line by line, as a user would type it. */
  readonly does: readonly string[]
  act(stage: Stage): Promise<void>
  /** Whether the scene is over, judged after each status commit. */
  ends(told: Told): boolean
}

/** What the status commits of a scene say. */
export interface Told {
  /** The states by installation, as of the last status commit. */
  readonly states: ReadonlyMap<string, InstallationState>
  /** Installations whose states hold for the head of the branch. */
  readonly atHead: ReadonlySet<string>
  readonly subject: string
}

interface Theatre {
  readonly stage: Stage
  readonly io: Io
  readonly stop: AbortSignal
}

/**
 * Plays a scene and shows Reeve's log and commits. Rejects if the scene does not end in time, or when it is stopped.
 */
export async function play(scene: Scene, number: number, { stage, io, stop }: Theatre): Promise<void> {
  const say = (text: string) => io.out.write(`${text}\n`)
  say(`\n${paint('bold', `${number}. ${scene.title}`, io.colour)}`)
  for (const line of scene.does) say(`   ${paint('dim', line, io.colour)}`)
  const narrator = new Narrator(stage.reeve.log, io)
  const started = performance.now()
  await scene.act(stage)
  const head = (await stage.work.run('rev-parse', 'HEAD')).trim()
  const isOver = async () => {
    stop.throwIfAborted()
    const commit = narrator.tell().findLast((line) => line.msg === 'status commit')
    return commit !== undefined && scene.ends(await toldBy(commit, head, stage.git))
  }
  await until(scene.title, isOver, PATIENCE_MS)
  say(paint('dim', `   ${((performance.now() - started) / 1000).toFixed(1)} s`, io.colour))
}

async function toldBy({ commit, subject }: LogLine, head: string, { directory }: GitServer): Promise<Told> {
  const show = (name: string) => git(['show', `${commit}:${statusPath(name)}`], { cwd: directory })
  const texts = await Promise.all(INSTALLATIONS.map((name) => show(name).catch(() => '')))
  const records = texts.flatMap((text) => readRecord(text) ?? [])
  return {
    states: new Map(records.map(({ name, state }) => [name, state])),
    atHead: new Set(records.filter((record) => record.commit === head).map(({ name }) => name)),
    subject: String(subject),
  }
}
