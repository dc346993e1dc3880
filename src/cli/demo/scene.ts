import type { LogLine } from '../../sandbox/reeve-process.ts'
import { until } from '../../sandbox/until.ts'
import type { LoggedChange } from '../../stages/plan/describe/change-summary.ts'
import { presentChange } from '../present/change-text.ts'
import type { Io } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import type { Stage } from './set-up.ts'

const PATIENCE_MS = 60_000
const WIDTH = 80

/** One change, and how Reeve reacts. */
export interface Scene {
  readonly title: string
  /** The action, as a user would type it. */
  readonly does: string
  act(stage: Stage): Promise<void>
  /** Whether the subject of a status commit marks the end of the scene. */
  ends(subject: string, head: string): boolean
}

/** Plays a scene and shows Reeve's log and commits. Rejects if the scene does not end in time. */
export async function play(scene: Scene, number: number, stage: Stage, io: Io): Promise<void> {
  const say = (text: string) => io.out.write(`${text}\n`)
  say(`\n${paint('bold', `${number}. ${scene.title}`, io.colour)}\n   ${paint('dim', scene.does, io.colour)}`)
  const from = stage.reeve.log.length
  const started = performance.now()
  await scene.act(stage)
  const head = (await stage.work.run('rev-parse', '--short=7', 'HEAD')).trim()
  let shown = from
  const isOver = () => {
    const lines = stage.reeve.log.slice(shown)
    // New objects are counted, so wait for the line that follows them.
    if (lines.at(-1)?.msg === 'created') return false
    shown += lines.length
    io.out.write(presentLines(lines, io))
    return lines.some((line) => line.msg === 'status commit' && scene.ends(String(line.subject), head))
  }
  await until(scene.title, isOver, PATIENCE_MS)
  say(paint('dim', `   ${((performance.now() - started) / 1000).toFixed(1)} s`, io.colour))
}

/** Log lines for people: new objects by installation, patches field by field, faults, status commits. */
function presentLines(lines: readonly LogLine[], io: Io): string {
  const created = lines.filter((line) => line.msg === 'created' && line.reason === 'commit')
  const others = lines.filter((line) => !created.includes(line))
  return presentCreated(created, io) + others.map((line) => presentLine(line, io)).join('')
}

function presentCreated(created: readonly LogLine[], io: Io): string {
  const groups = Map.groupBy(created, (line) => String(line.installation))
  return [...groups]
    .map(([name, { length }]) => `   ${paint('green', '+', io.colour)} ${name}: ${objects(length)} created\n`)
    .join('')
}

function presentLine(line: LogLine, io: Io): string {
  switch (line.msg) {
    case 'created':
    case 'patched':
    case 'replaced':
    case 'deleted':
      return presentWrite(line, io)
    case 'status commit':
      return `   ${paint('cyan', 'status', io.colour)} ${String(line.commit).slice(0, 7)} ${line.subject}\n`
    case 'object not as declared':
    case 'fault in the installation':
    case 'held at its last good commit':
      return `   ${paint('red', '!', io.colour)} ${place(line)}${line.problem}\n     ${line.remedy}\n`
    default:
      return ''
  }
}

function presentWrite(line: LogLine, io: Io): string {
  const why = line.reason === 'drift' ? ', which had drifted' : ''
  const head = `   ${paint('yellow', '~', io.colour)} ${line.object} ${line.msg}${why}\n`
  const changes = Array.isArray(line.changes) ? (line.changes as readonly LoggedChange[]) : []
  const options = { colour: io.colour, width: WIDTH }
  return head + lines(changes.flatMap((change) => presentChange(change, '     ', options)))
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}

function place({ file, line }: LogLine): string {
  return typeof file === 'string' ? `${file}:${line}: ` : ''
}

function objects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`
}
