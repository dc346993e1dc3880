import type { SilentCluster } from './comment-context.ts'
import { name, number, timeText } from './markdown.ts'
import type { TextBounds } from './text-bounds.ts'

/** Clusters that were not heard of, as an alert of the forge. */
export function silentSection(silent: readonly SilentCluster[], { problems }: TextBounds): string {
  if (silent.length === 0) return ''
  const rest = silent.length - problems
  return [
    '> [!WARNING]',
    '> **What this does to some clusters is unknown**',
    ...silent
      .slice(0, problems)
      .map(({ cluster, since }) =>
        since === undefined
          ? `> - ${name(cluster)} has not answered yet`
          : `> - ${name(cluster)} is silent since ${timeText(since)}`,
      ),
    ...(rest > 0 ? [`> - and ${number(rest)} more`] : []),
  ].join('\n')
}
