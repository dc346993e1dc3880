import type { GroupReport } from '../../model/group-report.ts'
import type { RefusedHead } from '../../model/refused-head.ts'
import { INSTALLATION_STATES, type InstallationStatus } from '../../model/status.ts'
import { branchNotice, branchRecord } from './branch-record.ts'
import { groupDocument, groupSection } from './rollouts/group-page.ts'
import {
  BRANCH_RECORD,
  groupPath,
  isShardPath,
  SHARDS,
  shardOf,
  shardPath,
  statusPath,
} from './status-path.ts'
import { cell, statusTable, summary } from './status-table.ts'

/** Numbers of installations from which records are in shards, and below which they no longer are. */
const SHARDED_FROM = 500
const WHOLE_BELOW = 400
/** Maximum number of installations that the main page of a sharded branch lists. */
const LISTED = 100

const FOOTER = ['', 'Written by Reeve. The history of this branch is the record of all changes.', '']

/** A status with its record as text. */
export interface RecordText {
  readonly status: InstallationStatus
  readonly text: string
}

interface ShardPage {
  readonly statuses: readonly InstallationStatus[]
  readonly text: string
}

/**
 * The files of a status branch. `README.md` is a page for people; `installations/<name>.yaml` are the records
 * for programs. Of a large fleet, the records are in directories by a hash of the name, each with a page of
 * its own, and the main page lists only what is not healthy: a transition rewrites little.
 */
export class StatusPages {
  readonly #cluster: string
  /** By directory. */
  readonly #shardPages = new Map<string, ShardPage>()
  /** Paths in shards. */
  readonly #paths = new WeakMap<InstallationStatus, string>()
  #isSharded = false

  constructor(cluster: string) {
    this.#cluster = cluster
  }

  /** Notes the paths of an existing branch: it changes its layout late. */
  noteLayout(paths: Iterable<string>): void {
    this.#isSharded = [...paths].some(isShardPath)
  }

  /** Path → text. The same records always produce the same bytes. */
  of(
    records: Iterable<RecordText>,
    refused?: RefusedHead,
    groups: readonly GroupReport[] = [],
  ): ReadonlyMap<string, string> {
    const sorted = [...records].sort((a, b) => (a.status.name < b.status.name ? -1 : 1))
    this.#isSharded = sorted.length >= (this.#isSharded ? WHOLE_BELOW : SHARDED_FROM)
    const statuses = sorted.map(({ status }) => status)
    const files = new Map([['README.md', this.#mainPage(statuses, refused, groups)]])
    for (const group of groups) files.set(groupPath(group.name), groupDocument(this.#cluster, group))
    if (refused) files.set(BRANCH_RECORD, branchRecord(this.#cluster, refused))
    for (const { status, text } of sorted) files.set(this.#pathOf(status), text)
    if (!this.#isSharded) return files
    const shards = Map.groupBy(sorted, ({ status }) => directoryOf(this.#pathOf(status)))
    for (const [directory, members] of shards) {
      const statuses = members.map(({ status }) => status)
      files.set(`${directory}README.md`, this.#shardPage(directory, statuses))
    }
    return files
  }

  #mainPage(
    statuses: readonly InstallationStatus[],
    refused: RefusedHead | undefined,
    groups: readonly GroupReport[],
  ): string {
    const title = `# Cluster ${cell(this.#cluster)}`
    const unwell = byUrgency(statuses.filter(({ state }) => state !== 'healthy' && state !== 'hibernated'))
    const listed = this.#isSharded ? unwell.slice(0, LISTED) : byUrgency(statuses)
    const table = statusTable(listed.map((status) => ({ status, path: this.#pathOf(status) })))
    const notice = refused ? [branchNotice(refused), ''] : []
    const parts = [title, '', ...notice, summary(statuses)]
    if (listed.length > 0) parts.push('', ...table)
    const hidden = this.#isSharded ? unwell.length - listed.length : 0
    if (hidden > 0) parts.push('', `And ${hidden} more that are not healthy.`)
    parts.push(...groupSection(groups))
    if (this.#isSharded) parts.push('', ...shardIndex())
    return [...parts, ...FOOTER].join('\n')
  }

  #pathOf(status: InstallationStatus): string {
    const { name } = status
    if (!this.#isSharded) return statusPath(name)
    const path = this.#paths.get(status) ?? statusPath(name, shardOf(name))
    this.#paths.set(status, path)
    return path
  }

  #shardPage(directory: string, statuses: readonly InstallationStatus[]): string {
    const known = this.#shardPages.get(directory)
    if (known && isSame(known.statuses, statuses)) return known.text
    const rows = byUrgency(statuses).map((status) => ({
      status,
      path: this.#pathOf(status).slice(directory.length),
    }))
    const title = `# Cluster ${cell(this.#cluster)}, shard ${directory.slice(-3, -1)}`
    const text = [title, '', summary(statuses), '', ...statusTable(rows), ...FOOTER].join('\n')
    this.#shardPages.set(directory, { statuses, text })
    return text
  }
}

/** Directory of a shard that a path is in. */
function directoryOf(path: string): string {
  return path.slice(0, shardPath('00').length)
}

function shardIndex(): readonly string[] {
  const links = SHARDS.map((shard) => `[${shard}](${encodeURI(shardPath(shard))})`)
  return [
    '## Records',
    '',
    'Of a large fleet, records are in directories by the first two hexadecimal digits of the SHA-256 of the name:',
    '',
    links.join(' '),
  ]
}

/** The most urgent first, else by name. */
function byUrgency(statuses: readonly InstallationStatus[]): readonly InstallationStatus[] {
  const groups = Map.groupBy(statuses, ({ state }) => state)
  return INSTALLATION_STATES.flatMap((state) => groups.get(state) ?? [])
}

function isSame<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((item, index) => item === others[index])
}
