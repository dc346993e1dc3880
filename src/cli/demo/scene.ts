import { until } from '../../sandbox/until.ts'
import type { Io } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import { Narrator } from './narrator.ts'
import type { Stage } from './set-up.ts'

const PATIENCE_MS = 60_000

/** One change, and how Reeve reacts. */
export interface Scene {
  readonly title: string
  /** The action, line by line, as a user would type it. */
  readonly does: readonly string[]
  act(stage: Stage): Promise<void>
  /** Whether the subject of a status commit marks the end of the scene. */
  ends(subject: string, head: string): boolean
}

/** Plays a scene and shows Reeve's log and commits. Rejects if the scene does not end in time. */
export async function play(scene: Scene, number: number, stage: Stage, io: Io): Promise<void> {
  const say = (text: string) => io.out.write(`${text}\n`)
  say(`\n${paint('bold', `${number}. ${scene.title}`, io.colour)}`)
  for (const line of scene.does) say(`   ${paint('dim', line, io.colour)}`)
  const narrator = new Narrator(stage.reeve.log, io)
  const started = performance.now()
  await scene.act(stage)
  const head = (await stage.work.run('rev-parse', '--short=7', 'HEAD')).trim()
  const isOver = () =>
    narrator.tell().some((line) => line.msg === 'status commit' && scene.ends(String(line.subject), head))
  await until(scene.title, isOver, PATIENCE_MS)
  say(paint('dim', `   ${((performance.now() - started) / 1000).toFixed(1)} s`, io.colour))
}
