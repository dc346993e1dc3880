import { printable } from '../../model/printable.ts'
import type { LogLine } from '../../sandbox/reeve-process.ts'
import type { LoggedChange } from '../../stages/plan/describe/change-summary.ts'
import { presentChange } from '../present/change-text.ts'
import type { Io } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import { wrapLines, wrapRemedy } from '../present/wrap.ts'

const HISTORY_REWRITTEN = 'history rewritten: the commit does not follow the one before'
const WIDTH = 80
const INDENT = '   '

/** Tells a log that is still being written, from its current end on. */
export class Narrator {
  readonly #log: readonly LogLine[]
  readonly #io: Io
  #told: number

  constructor(log: readonly LogLine[], io: Io) {
    this.#log = log
    this.#io = io
    this.#told = log.length
  }

  /** Tells what is new. @returns the lines */
  tell(): readonly LogLine[] {
    const lines = this.#log.slice(this.#told)
    // New objects are counted, so wait for the line that follows them.
    if (lines.at(-1)?.msg === 'created') return []
    this.#told += lines.length
    this.#io.out.write(presentLines(lines, this.#io))
    return lines
  }
}

/** Log lines for people: new objects by installation, patches field by field, faults, status commits. */
function presentLines(lines: readonly LogLine[], io: Io): string {
  const created = lines.filter((line) => line.msg === 'created' && line.reason === 'commit')
  const others = lines.filter((line) => !created.includes(line))
  return [...presentCreated(created, io), ...others.flatMap((line) => presentLine(line, io))]
    .map((line) => `${INDENT}${line}\n`)
    .join('')
}

function presentCreated(created: readonly LogLine[], io: Io): readonly string[] {
  const groups = Map.groupBy(created, (line) => String(line.installation))
  return [...groups].map(
    ([name, { length }]) =>
      `${paint('green', '+', io.colour)} ${printable(name)}: ${objects(length)} created`,
  )
}

function presentLine(line: LogLine, io: Io): readonly string[] {
  switch (line.msg) {
    case 'new commit':
      return [`${paint('cyan', 'commit', io.colour)} ${String(line.commit).slice(0, 7)}`]
    case 'created':
    case 'patched':
    case 'replaced':
    case 'deleted':
    case 'moved':
      return presentWrite(line, io)
    case 'status commit':
      return [
        `${paint('cyan', 'status', io.colour)} ${printable(`${String(line.commit).slice(0, 7)} ${line.subject}`)}`,
      ]
    case HISTORY_REWRITTEN:
      return [`${paint('red', '!', io.colour)} ${line.msg}`]
    case 'object not as declared':
    case 'fault in the installation':
    case 'held at its last good commit':
    case 'could not follow the branch':
      return presentProblem(line, io)
    default:
      return []
  }
}

function presentWrite(line: LogLine, io: Io): readonly string[] {
  const from = line.from === undefined ? '' : ` from ${line.from}`
  const why = line.reason === 'drift' ? ', which had drifted' : from
  const head = `${paint('yellow', '~', io.colour)} ${printable(`${line.object} ${line.msg}${why}`)}`
  const changes = Array.isArray(line.changes) ? (line.changes as readonly LoggedChange[]) : []
  const options = { colour: io.colour, width: WIDTH - INDENT.length }
  return [head, ...changes.flatMap((change) => presentChange(change, '  ', options))]
}

function presentProblem(line: LogLine, io: Io): readonly string[] {
  const width = WIDTH - INDENT.length
  const [first = '', ...rest] = wrapLines(`${place(line)}${line.problem}`, width, '  ')
  const remedy = wrapRemedy(String(line.remedy), width, '  ')
  return [`${paint('red', '!', io.colour)} ${first.trimStart()}`, ...rest, ...remedy]
}

function place({ file, line }: LogLine): string {
  return typeof file === 'string' ? `${file}:${line}: ` : ''
}

function objects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`
}
