import { setTimeout as sleep } from 'node:timers/promises'
import type { Standing } from '../../control/standing/standing.ts'
import { describeFault, FaultError } from '../../model/fault.ts'
import { printable } from '../../model/printable.ts'
import { stopSignal } from '../../roles/stop-signal.ts'
import type { Format } from '../options/read-format.ts'
import type { Io, Output, Screen } from '../present/io.ts'
import { paint } from '../present/paint.ts'
import { presentRolloutNews, presentRolloutStatus } from '../present/rollout-status.ts'
import { rolloutStatusLines } from '../present/rollout-status-text.ts'

/** Time between two looks at the branches, and between two pictures, in milliseconds. */
const POLL_MS = 2_000
const REDRAW_MS = 1_000

interface Source {
  readonly read: (signal?: AbortSignal) => Promise<Standing>
}

/** What was seen last, and why nothing newer could be read. */
interface Seen {
  readonly standing: Standing
  readonly problem?: string
}

/**
 * Shows how rollouts are doing until SIGINT or SIGTERM. @returns what was seen last
 * @throws FaultError where the first look fails
 */
export async function watchRollouts(source: Source, format: Format, io: Io): Promise<Standing> {
  const first = await source.read()
  const signal = stopSignal()
  const isLive = io.out.isTTY === true && format === 'text' && io.out.openScreen !== undefined
  const last = isLive
    ? await live(source, first, io, signal)
    : await follow(source, first, signal, (seen, before) => tell(seen, before, format, io))
  if (isLive) io.out.write(presentRolloutStatus(last, format, io))
  return last
}

async function live(source: Source, first: Standing, io: Io, signal: AbortSignal): Promise<Standing> {
  using screen = screenOf(io.out)
  let seen: Seen = { standing: first }
  const draw = () => screen?.draw(picture(seen, screen, io.colour))
  draw()
  const timer = setInterval(draw, REDRAW_MS)
  try {
    return await follow(source, first, signal, (next) => {
      seen = next
      draw()
    })
  } finally {
    clearInterval(timer)
  }
}

function screenOf(out: Output): Screen | undefined {
  return out.openScreen?.()
}

/** What a screen shows; what has no room is counted. */
function picture({ standing, problem }: Seen, { columns, rows }: Screen, colour: boolean): readonly string[] {
  const lines = rolloutStatusLines(standing, { colour, width: Math.min(columns, 120), now: Date.now() })
  const foot = paint(problem ? 'yellow' : 'dim', problem ?? 'Ctrl-C ends', colour)
  const room = rows - 2
  const more = lines.length - room
  const shown = more > 0 ? [...lines.slice(0, room - 1), `… ${more + 1} more lines`] : lines
  return [...shown, '', foot]
}

function tell({ standing, problem }: Seen, before: Seen | undefined, format: Format, io: Io): void {
  if (problem !== undefined && problem !== before?.problem) io.err.write(`reeve: ${problem}\n`)
  if (standing !== before?.standing) io.out.write(presentRolloutNews(standing, before?.standing, format))
}

/** Calls with each news, also that the remote does not answer, until the signal. @returns what was seen last */
async function follow(
  source: Source,
  first: Standing,
  signal: AbortSignal,
  onNews: (seen: Seen, before: Seen | undefined) => void,
): Promise<Standing> {
  let seen: Seen = { standing: first }
  onNews(seen, undefined)
  while (await passed(POLL_MS, signal)) {
    const next = await look(source, seen, signal)
    if (next.standing !== seen.standing || next.problem !== seen.problem) onNews(next, seen)
    seen = next
  }
  return seen.standing
}

async function look(source: Source, { standing }: Seen, signal: AbortSignal): Promise<Seen> {
  try {
    return { standing: await source.read(signal) }
  } catch (error) {
    if (signal.aborted) return { standing }
    if (!(error instanceof FaultError)) throw error
    return { standing, problem: printable(describeFault(error.fault)) }
  }
}

/** Whether the time passed without the signal. */
async function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return !signal.aborted
}
