import type { InstallationState, InstallationStatus } from '../../model/status.ts'
import { describeCounts } from './describe-counts.ts'
import { statusPath } from './status-path.ts'

const SIGN: Readonly<Record<InstallationState, string>> = {
  healthy: '✅',
  waiting: '⏳',
  suspended: '⏸️',
  progressing: '⏳',
  degraded: '⚠️',
  failed: '❌',
  invalid: '❌',
  deleting: '🗑️',
}

/** The README.md of a status branch: the state of each installation, for people to read on their forge. */
export function statusTable(cluster: string, statuses: readonly InstallationStatus[]): string {
  return [
    `# Cluster ${cell(cluster)}`,
    '',
    summary(statuses),
    '',
    '| Installation | State | Commit | Version | Healthy | What |',
    '|---|---|---|---|---|---|',
    ...statuses.map(row),
    '',
    'Written by [Reeve](https://reeve.dev). The history of this branch is the record of all changes.',
    '',
  ].join('\n')
}

function summary(statuses: readonly InstallationStatus[]): string {
  const healthy = statuses.filter((status) => status.state === 'healthy').length
  const total = statuses.length === 1 ? '1 installation' : `${statuses.length} installations`
  return healthy === statuses.length ? `${total}, all healthy.` : `${total}, ${healthy} healthy.`
}

function row(status: InstallationStatus): string {
  const { objects } = status
  const cells = [
    `[${cell(status.name)}](${encodeURI(statusPath(status.name))})`,
    `${SIGN[status.state]} ${status.state}`,
    `\`${status.commit.slice(0, 7)}\``,
    cell(status.version ?? ''),
    describeCounts(objects),
    cell(what(status)),
  ]
  return `| ${cells.join(' | ')} |`
}

function what({ problems }: InstallationStatus): string {
  const [first, ...others] = problems
  if (first === undefined) return ''
  const place = first.file === undefined ? '' : `${first.file}:${first.line}: `
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return `${place}${first.object === undefined ? '' : `${first.object}: `}${first.message}${more}`
}

/** Text for a table cell: no line break, column break, HTML or mark-up. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#]/g, (sign) => (sign === '<' ? '&lt;' : `\\${sign}`))
    .slice(0, 400)
}
