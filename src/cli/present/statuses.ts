import { describeCounts } from '../../model/describe-counts.ts'
import { printable } from '../../model/printable.ts'
import type { InstallationState, InstallationStatus, Problem } from '../../model/status.ts'
import { paint, type Style } from './paint.ts'
import { wrap, wrapRemedy } from './wrap.ts'

const STYLE: Readonly<Record<InstallationState, Style>> = {
  healthy: 'green',
  hibernated: 'dim',
  'deletion-pending': 'yellow',
  waiting: 'yellow',
  suspended: 'yellow',
  progressing: 'yellow',
  degraded: 'red',
  failed: 'red',
  invalid: 'red',
  deleting: 'yellow',
}

export interface StatusesOptions {
  readonly colour: boolean
  readonly width: number
}

/** The result of a sync for people: a line for each installation, and below it its problems. */
export function presentStatuses(statuses: readonly InstallationStatus[], options: StatusesOptions): string {
  const sorted = [...statuses].sort((a, b) => (a.name < b.name ? -1 : 1))
  const longest = Math.max(0, ...sorted.map(({ name }) => name.length))
  return sorted.map((status) => presentStatus(status, longest, options)).join('')
}

function presentStatus(status: InstallationStatus, longest: number, options: StatusesOptions): string {
  const { name, state, commit, objects, problems } = status
  const head = `${printable(name).padEnd(longest)}  ${paint(STYLE[state], state.padEnd(11), options.colour)}`
  const counts = describeCounts(objects, ' objects healthy')
  return `${head}  ${commit.slice(0, 7)}  ${counts}\n${problems.map((problem) => presentProblem(problem, options)).join('')}`
}

function presentProblem({ file, line, object, message, remedy }: Problem, options: StatusesOptions): string {
  const place = file === undefined ? '' : `${file}:${line}: `
  const what = wrap(`${place}${object === undefined ? '' : `${object}: `}${message}`, options.width, '    ')
  return what + (remedy === undefined ? '' : `${wrapRemedy(remedy, options.width, '      ').join('\n')}\n`)
}
