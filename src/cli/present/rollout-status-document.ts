import type { GroupStanding, NamedCommit, Standing } from '../../control/standing/standing.ts'
import { recordDocument } from '../../stages/rollout/record-document.ts'
import { isoText } from './date-text.ts'

/** How rollouts are doing, for programs. */
export function rolloutStatusDocument({ groups, told, head, ...standing }: Standing): object {
  return {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'RolloutStatus',
    ...standing,
    told: commitDocument(told),
    head: commitDocument(head),
    groups: groups.map(groupDocument),
  }
}

function groupDocument({ name, rollout, report, record, at, members }: GroupStanding): object {
  const { record: _, name: __, ...told } = report ?? {}
  return {
    name,
    after: rollout.after.map(({ group, soak }) => ({ group, soakMs: soak })),
    paused: rollout.paused,
    state: 'unknown',
    ...told,
    ...(at && { at: commitDocument(at) }),
    ...(record && { record: recordDocument(record) }),
    ...(members && {
      installations: members.map(({ since, ...member }) => ({
        ...member,
        ...(since !== undefined && { since: isoText(since) }),
      })),
    }),
  }
}

export function commitDocument({ time, ...commit }: NamedCommit): object {
  return { ...commit, ...(time !== undefined && { time: isoText(time * 1_000) }) }
}
