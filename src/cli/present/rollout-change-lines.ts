import type { GroupStanding, Standing } from '../../control/standing/standing.ts'
import { cut } from '../../model/cut.ts'
import { printable } from '../../model/printable.ts'
import { clockText } from './date-text.ts'

/** Maximum length of what is told of a group, in characters. */
const LONGEST = 400

/** A line for each group that is told anew, as the log of a rollout. @param now ms since the epoch */
export function rolloutChangeLines(
  standing: Standing,
  before: Standing | undefined,
  now: number,
): readonly string[] {
  const known = new Map(before?.groups.map((group) => [group.name, lineOf(group)]))
  const lines = standing.groups.map((group) => [group.name, lineOf(group)] as const)
  const names = new Set(standing.groups.map(({ name }) => name))
  const gone = [...known.keys()].filter((name) => !names.has(name))
  return [
    ...lines.flatMap(([name, line]) => (known.get(name) === line ? [] : [line])),
    ...gone.map((name) => printable(`${name}: no rollout any more`)),
  ].map((line) => `${clockText(now)} ${line}`)
}

function lineOf({ name, report }: GroupStanding): string {
  if (report === undefined) return printable(`${name}: nothing is told of it yet`)
  const { state, commit, moved, members, unavailable, waits } = report
  const broken = unavailable.count === 0 ? '' : `, ${unavailable.count} unavailable`
  const why = waits === undefined ? '' : `: ${waits}`
  return cut(
    printable(`${name}: ${state} at ${commit.slice(0, 7)}, ${moved} of ${members} moved${broken}${why}`),
    LONGEST,
  )
}
