import type { GroupReport, RolloutState } from '../../../model/group-report.ts'
import { isJsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { printableYaml } from '../../../model/printable-yaml.ts'
import { readOwnYaml } from '../read-own-yaml.ts'
import { groupPath, isGroupPath } from '../status-path.ts'
import { cell } from '../status-table.ts'

/** The record of a group's rollout as YAML. */
export function groupDocument(cluster: string, { name, ...report }: GroupReport): string {
  const document = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'InstallationGroupStatus',
    metadata: { name },
    cluster,
    ...report,
  }
  return printableYaml(document, { noRefs: true, lineWidth: -1 })
}

/** What is remembered of groups, as the files of a status branch say; others may have written them. */
export function groupRecordsIn(files: ReadonlyMap<string, string>): ReadonlyMap<string, JsonValue> {
  const found = [...files].flatMap(([path, text]): [string, JsonValue][] => {
    const document = isGroupPath(path) ? readOwnYaml(text) : undefined
    if (!isJsonObject(document)) return []
    const { name } = objectIn(document.metadata)
    const { record } = document
    return typeof name === 'string' && groupPath(name) === path && record !== undefined
      ? [[name, record]]
      : []
  })
  return new Map(found)
}

const SIGN: Readonly<Record<RolloutState, string>> = {
  halted: '❌',
  waiting: '⏳',
  moving: '🚚',
  done: '✅',
}

/** The section of the main page about rollouts; empty without any. */
export function groupSection(reports: readonly GroupReport[]): readonly string[] {
  if (reports.length === 0) return []
  const rows = reports.map(({ name, state, commit, moved, members, waits = '' }) => {
    const cells = [
      `[${cell(name)}](${encodeURI(groupPath(name))})`,
      `${SIGN[state]} ${state}`,
      commit === '' ? '' : `\`${commit.slice(0, 7)}\``,
      `${moved}/${members}`,
      cell(waits),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '',
    '## Rollouts',
    '',
    '| Group | State | Commit | Moved | What |',
    '|---|---|---|---|---|',
    ...rows,
  ]
}
