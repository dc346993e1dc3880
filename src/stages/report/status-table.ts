import { cut } from '../../model/cut.ts'
import { describeCounts } from '../../model/describe-counts.ts'
import { inertMarkdown } from '../../model/inert-text.ts'
import { INSTALLATION_STATES, type InstallationState, type InstallationStatus } from '../../model/status.ts'

const SIGN: Readonly<Record<InstallationState, string>> = {
  healthy: '✅',
  hibernated: '💤',
  'deletion-pending': '⌛',
  waiting: '⏳',
  suspended: '⏸️',
  progressing: '⏳',
  degraded: '⚠️',
  failed: '❌',
  invalid: '❌',
  deleting: '🗑️',
}

/** Maximum number of lines to copy in a cell. */
const MOST_LINES = 2
const LONGEST_CELL = 400

/** An installation and the path of its record, relative to the page. */
export interface TableRow {
  readonly status: InstallationStatus
  readonly path: string
}

/** Lines of a table of installations. */
export function statusTable(rows: readonly TableRow[]): readonly string[] {
  return [
    '| Installation | State | Commit | Version | Healthy | What |',
    '|---|---|---|---|---|---|',
    ...rows.map(row),
  ]
}

/** `60 installations: 1 failed, 59 healthy.` */
export function summary(statuses: readonly InstallationStatus[]): string {
  const total = statuses.length === 1 ? '1 installation' : `${statuses.length} installations`
  if (statuses.length === 0) return `${total}.`
  if (statuses.every(({ state }) => state === 'healthy')) return `${total}, all healthy.`
  const counts = INSTALLATION_STATES.flatMap((state) => {
    const count = statuses.filter((status) => status.state === state).length
    return count === 0 ? [] : `${count} ${state}`
  })
  return `${total}: ${counts.join(', ')}.`
}

function row({ status, path }: TableRow): string {
  const cells = [
    `[${cell(status.name)}](${target(path)})`,
    `${SIGN[status.state]} ${status.state}`,
    `\`${status.commit.slice(0, 7)}\``,
    cell(status.version ?? ''),
    describeCounts(status.objects),
    cell(what(status)),
  ]
  return `| ${cells.join(' | ')} |`
}

function what({ problems }: InstallationStatus): string {
  const [first, ...others] = problems
  if (first === undefined) return ''
  const place = first.file === undefined ? '' : `${first.file}:${first.line}: `
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const remedy = first.remedy === undefined ? '' : ` → ${shortRemedy(first.remedy)}`
  return `${place}${first.object === undefined ? '' : `${first.object}: `}${first.message}${more}${remedy}`
}

/** Without more than a command to copy, which the record has. */
function shortRemedy(remedy: string): string {
  const [sentence = '', ...lines] = remedy.replace(/\\\n/g, '').split('\n')
  return lines.length > MOST_LINES ? `${sentence} see the record` : [sentence, ...lines].join('\n')
}

/** Text for a table cell or a title. */
export function cell(text: string): string {
  return inertMarkdown(cut(text, LONGEST_CELL))
}

/** A path as the target of a link: it has nothing that ends the link. */
function target(path: string): string {
  return encodeURI(path).replaceAll(
    /[()'*!&]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
